"""What a number format does to a number: shows it as it is, as per cent, as a date, or as another figure."""

from __future__ import annotations

import re
from typing import Literal

Shown = Literal["plain", "percent", "date", "other"]
# Numbers of formats that every program knows; 27–36 and 50–58 are dates in Chinese and Japanese.
BUILT_IN: dict[int, Shown] = {
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "date"),
    9: "percent",
    10: "percent",
}
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]')
_MONEY_SIGNS = re.compile(r"[¥￥$€£\s()（）-]|CNY|RMB")
_SCALED = re.compile(r"[0#?],+(?![0#?,])")  # a comma at the end of the digits divides by a thousand


def shown_as(code: str) -> Shown:
    """`#,##0.00` is plain; `0%` per cent; `yyyy-m-d` a date; `0"万"`, `0.0,` and `;;;` show another figure than there is."""
    literals = "".join("".join(groups) for groups in _QUOTED.findall(code))
    bare = _QUOTED.sub("", code).lower()
    if "general" in bare or bare.strip() in ("", "@"):
        return "plain" if not _MONEY_SIGNS.sub("", literals) and ";" not in bare else "other"
    if re.search(r"[ymdhs]|am/pm", bare) or re.search(r"[年月日]", bare):
        return "date"
    if "%" in bare:
        return "percent" if bare.count("%") == bare.count(";") + 1 else "other"
    plain = bare.split(";")[0].strip()
    if not plain or not re.search(r"[0#?]", plain) or _MONEY_SIGNS.sub("", literals) or _SCALED.search(bare):
        return "other"
    return "plain" if not re.search(r"[^0#?,.;e+\-()/@\s¥￥$€£]", bare) else "other"
