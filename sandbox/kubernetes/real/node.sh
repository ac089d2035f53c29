#!/bin/sh
# First process of a node: begins in namespaces of its own (mount, network, process), makes them a machine, and collects
# the ends of orphans. When it ends, the kernel ends every process of the node, and mounts and network go with them.
# usage: node.sh FOLDER
set -eu
folder=$1
# A /run of its own: sockets, network namespaces and locks of another containerd are neither seen nor touched.
mount -t tmpfs -o mode=755 tmpfs "$folder/run"
mkdir "$folder/run/node" "$folder/run/lock"
mount --bind "$folder" "$folder/run/node"
mount --no-mtab --move "$folder/run" /run
mount -t tmpfs -o mode=755 tmpfs /var/lib/cni
# The kubelet sets what it wants of the kernel's settings where they differ. Here it reads that all is as it wants it,
# and the machine's stay as they are.
for file in /run/node/tunables/*; do
  setting=/proc/sys/$(basename "$file" | tr . /)
  if [ -e "$setting" ]; then mount --bind "$file" "$setting"; fi
done
echo 1 >/proc/sys/net/ipv4/ip_forward
# A node that forwards to another would tell who asked for a service to go there directly, past the translation.
for scope in all default; do echo 0 >"/proc/sys/net/ipv4/conf/$scope/send_redirects"; done
# What the switch passes on is no business of the node's packet filter, or addresses would be translated twice.
if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then
  echo 0 >/proc/sys/net/bridge/bridge-nf-call-iptables
fi
ip link set lo up
: >/run/node/up
while :; do
  sleep 3600 &
  wait
done
