"""Who may call what. A route that needs a key names the role."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from .codes import STATUS
from .keys import Key, Role, find
from .problems import Refusal
from .service import Service, service_of

BEARER = HTTPBearer(auto_error=False, description="密钥 The key, as `Authorization: Bearer KEY`")
Given = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]


class Caller:
    """Who called which route, and what comes of it is noted."""

    def __init__(self, key: Key, action: str, service: Service) -> None:
        self.key, self.action, self.service = key, action, service

    async def run(self, task: str, body: bytes) -> bytes:
        """A task of the ledger. Raises Refusal."""
        return await self.noted(lambda: self.service.ledger.run(task, body))

    async def noted(self, work: Callable[[], Coroutine[Any, Any, bytes]]) -> bytes:
        """What the work gives, with a line in the audit log whether it is refused or not."""
        try:
            content = await work()
        except Refusal as refusal:
            codes = (refusal.code, *dict.fromkeys(problem.code for problem in refusal.problems))
            self.service.audit.note(self.key, self.action, STATUS[refusal.code], codes)
            raise
        found = json.loads(content)
        self.service.audit.note(self.key, self.action, 200, seq=found.get("seq"))
        return content


def allowed(role: Role) -> Callable[[Request, HTTPAuthorizationCredentials | None], Coroutine[Any, Any, Caller]]:
    """A dependency that lets those pass whose key has this role, or a higher one."""

    async def check(request: Request, given: Given) -> Caller:
        service = service_of(request)
        action = f"{request.method} {getattr(request.scope.get('route'), 'path', '')}"
        key = find(service.loaded.keys, given.credentials) if given else None
        code = "SR987" if key is None else "" if key.may(role) else "SR988"
        if key is None or code:
            service.audit.note(key, action, STATUS[code], (code,))
            raise Refusal(code)
        return Caller(key, action, service)

    return check
