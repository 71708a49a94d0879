"""OpenFisca: the country package that its own `openfisca serve` loads."""

from __future__ import annotations

from openfisca_core.parameters import ParameterNode
from peers.openfisca import _system
from workload import make

RULES = 50


def CountryTaxBenefitSystem() -> object:
    system = _system(make(RULES))
    rules = {"values": {"2000-01-01": RULES}}  # the server shows a parameter as an example, so there is one
    system.parameters = ParameterNode("", data={"rules": rules})
    return system
