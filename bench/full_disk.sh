#!/usr/bin/env bash
# full_disk.sh: fills a disk of one megabyte (a tmpfs; needs root) with a study, then makes room and resumes, and
# compares the rows with those of an undisturbed run. Exit code 0 if the message was clear, the database opened and the
# rows are the same.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
casus=${CASUS:-$root/build/release/bin/casus}
folder=$(mktemp -d)
mkdir "$folder/disk"
mount -t tmpfs -o size=1m tmpfs "$folder/disk"
trap 'umount "$folder/disk"; rm -rf "$folder"' EXIT
arguments=(run "$root/cases/chain-store.casus" --overlay "$root/bench/chain-store-worlds.casus" --worlds 3000 --seed 5)
study=$folder/disk/study.sqlite

if "$casus" "${arguments[@]}" --out "$study" >/dev/null 2>"$folder/message"; then
  echo "the study found room"
  exit 1
fi
cat "$folder/message"
grep -q 'disk full' "$folder/message"
echo "integrity: $(sqlite3 "$study" 'PRAGMA integrity_check'); $(sqlite3 "$study" 'SELECT count(*) FROM worlds WHERE world >= 0') worlds are safe"
"$casus" analyse "$study" --decide >/dev/null
mount -o remount,size=64m "$folder/disk"
"$casus" "${arguments[@]}" --out "$study" --resume >/dev/null
"$casus" "${arguments[@]}" --out "$folder/whole.sqlite" >/dev/null
[[ $(sqlite3 "$study" .dump | sha256sum) == $(sqlite3 "$folder/whole.sqlite" .dump | sha256sum) ]]
echo "resumed: the same rows as an undisturbed run"
