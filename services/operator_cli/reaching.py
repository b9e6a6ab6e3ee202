"""What the machine lets a command reach: ports to open, a queue to talk to."""

import asyncio
import socket

from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.operator_cli.database_in_reach import ANSWER_SECONDS, find_database_problem
from services.operator_cli.refusals import OperatorError


def port_is_free(port: int) -> bool:
    """True if one of our services could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


async def find_queue_problem(redis_url: str) -> str | None:
    """Why the queue cannot be used, in Vietnamese, or None."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS), Redis.from_url(redis_url) as client:
            await client.ping()
    except ValueError:
        return "THEODOI_REDIS_URL không đúng dạng redis://máy:cổng/số hoặc unix:///đường/dẫn."
    except TimeoutError:
        return f"Redis không trả lời trong {ANSWER_SECONDS:.0f} giây."
    except (OSError, RedisError) as error:
        return f"Không kết nối được Redis: {error}"
    return None


async def ensure_reachable(database_url: str, redis_url: str) -> None:
    """Raise `OperatorError` naming the setting to correct when one of them does not answer."""
    if problem := await find_database_problem(database_url):
        raise OperatorError("database-unreachable", f"{problem} Hãy kiểm tra THEODOI_DATABASE_URL.")
    if problem := await find_queue_problem(redis_url):
        raise OperatorError("queue-unreachable", f"{problem} Hãy kiểm tra THEODOI_REDIS_URL.")
