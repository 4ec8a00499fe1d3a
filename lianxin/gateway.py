"""The gateway's configuration (nginx), drawn from the services' mounts: the embedded dispatcher's address table."""

from collections.abc import Iterable, Sequence
from string import Template

from shared.kit.service import Service

PORT = 8080
SERVICE_PORT = 8000
# What belongs to no service is answered by the first; what is never to pass has no way through.
PLATFORM = ("/static", "/api/docs", "/api/v1/openapi.json", "/health/ready")
CLOSED = ("/internal", "/metrics")

# Bodies wait in memory, never on disk. Only what stops the gateway is logged: access and error lines hold addresses.
HEAD = Template("""\
daemon off;
worker_processes 1;
pid /tmp/nginx.pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
    access_log off;
    server_tokens off;
    client_max_body_size 26m;
    client_body_timeout 30s;
    client_header_timeout 15s;
    client_body_temp_path /tmp/body;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;
    proxy_http_version 1.1;
    proxy_connect_timeout 3s;
    proxy_read_timeout 60s;
    proxy_set_header Connection "";
    proxy_set_header Host $$http_host;
    proxy_set_header X-Forwarded-For $$remote_addr;
    proxy_set_header X-Forwarded-Host $$http_host;
    proxy_set_header X-Forwarded-Proto $scheme;
    # Asked again and again, because a container that starts anew has another address.
    resolver 127.0.0.11 valid=2s ipv6=off;
    server {
        listen $port;
        location = /health/live { return 200; }
        error_page 502 504 =503 @away;
        location @away {
            default_type text/plain;
            charset utf-8;
            add_header Retry-After 5 always;
            return 503 "请稍候几秒再试。Please try again in a few seconds.\\n";
        }
""")
AWAY = "        location ^~ {path} {{ return 404; }}\n"
WAY = "        location {path} {{ set $to http://{service}:{port}; proxy_pass $to; }}\n"


def nginx_conf(services: Sequence[Service], *, https: bool) -> str:
    """Give the whole configuration; `https` says that residents reach this gateway through TLS that ends before it."""
    lines = [AWAY.format(path=path) for path in CLOSED]
    for prefix, service in _mounts(services):
        lines += [WAY.format(path=path, service=service, port=SERVICE_PORT) for path in _paths(prefix)]
    head = HEAD.substitute(port=PORT, scheme="https" if https else "$scheme")
    return f"{head}{''.join(lines)}    }}\n}}\n"


def _mounts(services: Sequence[Service]) -> Iterable[tuple[str, str]]:
    for service in services:
        yield from ((prefix, service.name) for prefix in service.mounts)
    yield from ((prefix, services[0].name) for prefix in PLATFORM)


def _paths(prefix: str) -> Iterable[str]:
    """Give nginx's words for a prefix that ends at a slash, as the dispatcher reads it: `/desk` is not `/desktop`."""
    return ("/",) if prefix == "/" else (f"= {prefix}", f"{prefix}/")
