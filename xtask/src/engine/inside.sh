#!/bin/sh
# The first process of a private engine. It runs in fresh mount, pid, network and host-name
# namespaces, gives them what the engine expects to find, starts the registry and the engine,
# and passes a request to end on. When it ends, everything in its pid namespace ends with it.
#
# inside.sh NAME ROOT RUN TOOLS PROGRAM [ARGUMENT...]
#   ROOT   the unpacked packages; its usr becomes /usr     RUN  this engine's own folder
#   TOOLS  where docker-registry lies                      PROGRAM  the engine
set -eu
name=$1 root=$2 run=$3 tools=$4
shift 4

echo "$name" > /proc/sys/kernel/hostname
mount --bind "$run/lib" /var/lib
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs -o mode=1777 shm /dev/shm
mount --bind "$run/etc" /etc
# containerd makes a folder in /opt. It gets an /opt of its own, with what the host has in there.
if [ -d /opt ]; then
    mkdir /run/opt
    mount --rbind /opt /run/opt
    mount -t tmpfs -o mode=755 opt /opt
    for entry in /run/opt/*; do
        own=/opt/${entry##*/}
        if [ "$own" = /opt/containerd ] || [ ! -e "$entry" ]; then
            continue
        elif [ -L "$entry" ]; then
            cp -P "$entry" "$own"
        else
            if [ -d "$entry" ]; then mkdir "$own"; else : > "$own"; fi
            mount --rbind "$entry" "$own"
        fi
    done
fi
# Without this folder no engine tries to load AppArmor profiles into the host's kernel.
[ ! -d /sys/kernel/security ] || mount -t tmpfs -o mode=755 security /sys/kernel/security
# The kernel's modules are the host's, whatever else /usr holds.
[ ! -d /usr/lib/modules ] || mount --bind /usr/lib/modules "$root/usr/lib/modules"
mount --rbind "$root/usr" /usr
mount -o remount,bind,ro /usr
hash -r
mkdir -p /run/lock
ip link set lo up

"$tools/docker-registry" serve "$run/registry.yml" &
"$@" &
engine=$!
trap 'kill -TERM "$engine" 2> /dev/null || true' TERM INT
code=0
# A trap ends `wait` early, so it is asked again until the engine is really gone.
while kill -0 "$engine" 2> /dev/null; do
    wait "$engine" && code=0 || code=$?
done
exit "$code"
