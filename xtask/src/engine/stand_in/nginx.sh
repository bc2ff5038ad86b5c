#!/bin/sh
# Stand-in for nginx: busybox's web server. As the first process of a container it must handle
# the signals itself, or `stop` would wait for its full grace period.
httpd -f -v -p 80 -h /usr/share/nginx/html &
server=$!
trap 'kill "$server"; wait "$server"; exit 0' INT QUIT TERM
wait "$server"
