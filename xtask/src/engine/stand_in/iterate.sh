#!/bin/sh
# Counts up to the first argument, with a pause after each number. As the first process of a
# container it must see to TERM itself, or `stop` would wait for its full grace period.
times=${1:-10}
pause=${2:-1}
trap 'exit 143' TERM

echo "Doing $times iterations with interval $pause"
count=0
while [ "$count" -lt "$times" ]; do
  count=$((count + 1))
  echo "Iteration $count..."
  sleep "$pause" &
  wait "$!"
done
echo "Done!"
