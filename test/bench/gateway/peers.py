"""What the gateway is measured against: `peers.py command HTTP`, `peers.py echo` or `peers.py proxy URL`, then the port.

`command` is POST /command in FastAPI: the same request and reply, checked by pydantic, the same tool, nobody signed in;
HTTP is what Uvicorn reads requests with: h11, which it comes with, or httptools, with uvloop.
`echo` is an MCP server of one tool by FastMCP, `proxy` is FastMCP's proxy before the server at URL.
"""

import sys
import time
import uuid
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import uvicorn


def command_app():
    from fastapi import FastAPI, HTTPException
    from pydantic import BaseModel, ConfigDict, Field

    class Command(BaseModel):
        tool: str = Field(min_length=1, max_length=200)
        arguments: dict[str, Any] = {}
        server: str | None = Field(default=None, min_length=1, max_length=200)
        session: str | None = Field(default=None, min_length=1, max_length=200)

    class GetTime(BaseModel):
        model_config = ConfigDict(extra="forbid")
        place: str | None = Field(default=None, min_length=1, max_length=100)
        zone: str | None = Field(default=None, max_length=60)
        what: Literal["time", "date", "weekday"] | None = None
        when: datetime | None = None

    class Time(BaseModel):
        iso: str
        time: str
        date: str
        weekday: str
        zone: str

    class Timings(BaseModel):
        understand_ms: float
        dispatch_ms: float
        total_ms: float

    class Reply(BaseModel):
        turn: str
        status: Literal["done", "failed", "confirm", "ask", "unknown"]
        reply: str
        server: str | None = None
        tool: str | None = None
        arguments: dict[str, Any] | None = None
        result: Time | None = None
        timings: Timings

    app = FastAPI()

    @app.post("/command", response_model=Reply, response_model_exclude_none=True)
    async def command(asked: Command):
        began = time.perf_counter()
        if asked.tool != "get_time":
            raise HTTPException(404)
        given = GetTime.model_validate(asked.arguments)
        at = given.when or datetime.now()
        at = at.astimezone(ZoneInfo(given.zone)) if given.zone else at.astimezone()
        result = Time(
            iso=at.isoformat(timespec="seconds"),
            time=at.strftime("%H:%M"),
            date=at.strftime("%Y-%m-%d"),
            weekday=at.strftime("%A"),
            zone=given.zone or at.tzname() or "UTC",
        )
        ms = (time.perf_counter() - began) * 1000
        return Reply(
            turn=str(uuid.uuid4()),
            status="done",
            reply=f"It's {result.time}.",
            server="main",
            tool=asked.tool,
            arguments=asked.arguments,
            result=result,
            timings=Timings(understand_ms=0, dispatch_ms=ms, total_ms=ms),
        )

    return app


def echo_app():
    from fastmcp import FastMCP

    mcp = FastMCP("echo")

    @mcp.tool
    def echo(text: str) -> dict[str, str]:
        return {"text": text}

    return mcp.http_app()


def proxy_app(url: str):
    from fastmcp.server import create_proxy

    return create_proxy(url, name="proxy").http_app()


if __name__ == "__main__":
    kind, *rest, port = sys.argv[1:]
    http = rest[0] if kind == "command" else "httptools"
    made = proxy_app(*rest) if kind == "proxy" else {"command": command_app, "echo": echo_app}[kind]()
    uvicorn.run(
        made,
        host="127.0.0.1",
        port=int(port),
        http=http,
        loop="asyncio" if http == "h11" else "uvloop",
        workers=1,
        log_level="warning",
        access_log=False,
    )
