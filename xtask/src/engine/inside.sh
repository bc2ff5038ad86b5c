#!/bin/sh
# The first process of a private engine. It runs in fresh mount, pid, network and host-name
# namespaces, gives them what the engine expects to find, starts the engine and what stands
# beside it, and passes a request to end on. When it ends, everything in its pid namespace ends
# with it.
#
# inside.sh NAME ROOT RUN TOOLS CGROUP PROGRAM [ARGUMENT...]
#   ROOT    the unpacked packages; its usr becomes /usr    RUN      this engine's own folder
#   TOOLS   where docker-registry lies                     PROGRAM  the engine
#   CGROUP  the name of its control group
set -eu
name=$1 root=$2 run=$3 tools=$4 cgroup=$5
shift 5

# Podman can't be told where to make its groups. It is shown a part of each tree as the whole:
# by its paths through a namespace, and by its files through a mount.
if [ "$1" = podman ] && [ -z "${GROUPED:-}" ]; then
    # crun takes control groups of the first or the second kind, and not some of each.
    [ ! -d /sys/fs/cgroup/unified ] || umount /sys/fs/cgroup/unified
    while read -r _ tree kind _; do
        part=$tree/$cgroup
        case $kind in
        cgroup | cgroup2) mkdir -p "$part" ;;
        *) continue ;;
        esac
        for file in cpuset.cpus cpuset.mems; do
            [ "$kind" = cgroup2 ] || [ ! -e "$tree/$file" ] || cat "$tree/$file" > "$part/$file"
        done
        [ "$kind" = cgroup ] || for controller in $(cat "$tree/cgroup.controllers"); do
            # One that can't be handed down is one that containers go without.
            echo "+$controller" > "$tree/cgroup.subtree_control" || true
        done
        echo $$ > "$part/cgroup.procs"
    done < /proc/self/mounts
    exec env GROUPED=yes unshare --cgroup /bin/sh "$0" "$name" "$root" "$run" "$tools" "$cgroup" "$@"
fi
if [ -n "${GROUPED:-}" ]; then
    unset GROUPED
    mounts=$(cat /proc/self/mounts)
    echo "$mounts" | while read -r _ tree kind _; do
        case $kind in
        cgroup | cgroup2) mount --bind "$tree/$cgroup" "$tree" ;;
        *) continue ;;
        esac
        # A group of the second kind has processes or hands controllers down, not both.
        if [ "$kind" = cgroup2 ]; then
            mkdir "$tree/engine"
            echo 1 > "$tree/engine/cgroup.procs"
        fi
    done
fi

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

for registry in open locked; do
    "$tools/docker-registry" serve "$run/registry/$registry.yml" &
done
# Where programs expect an engine, for those who come by ssh. Both ways in wait for a half of a
# connection that is closed as long as the other half speaks.
ln -s "$run/docker.sock" /run/docker.sock
socat -t 86400 TCP-LISTEN:2375,bind=127.0.0.1,backlog=1024,reuseaddr,fork \
    UNIX-CONNECT:/run/docker.sock &
if [ -d "$run/ssh" ]; then
    for key in host id wrong; do
        ssh-keygen -q -t ed25519 -N '' -C "$key" -f "$run/ssh/$key"
    done
    echo "engine $(cat "$run/ssh/host.pub")" > "$run/ssh/known_hosts"
    echo "engine $(cat "$run/ssh/wrong.pub")" > "$run/ssh/changed_hosts"
    mkdir -p /run/sshd
    # Newer servers shut out, for a while, an address that came with a wrong key.
    forgiving=-oPerSourcePenalties=no
    /usr/sbin/sshd -t -f "$run/ssh/sshd_config" "$forgiving" 2> /dev/null || forgiving=-e
    /usr/sbin/sshd -D -e -f "$run/ssh/sshd_config" "$forgiving" &
fi
"$@" &
engine=$!
trap 'kill -TERM "$engine" 2> /dev/null || true' TERM INT
code=0
# A trap ends `wait` early, so it is asked again until the engine is really gone.
while kill -0 "$engine" 2> /dev/null; do
    wait "$engine" && code=0 || code=$?
done
exit "$code"
