#!/bin/sh
# A target behind the command adapter. Its truth is a folder, with a file for each access: `held/LOGIN ROLE`. The file
# `sky` says how to behave, one line for each operation:
#   OPERATION ACTS WAIT REST ANSWER HANDED    (seconds to wait before acting, and to rest before answering)
# It is not told when its caller dies, and work that it has handed over outlives it. `story` gets a line for each step.
folder=$1
now() { date +%s%3N; }
note() { echo "$(now) $$ $operation $grant $account $role $*" >>"$folder/story"; }
land() {
  file="$folder/held/$account $role"
  [ "$(now)" -le "$latest" ] || return
  late=
  kill -0 "$caller" 2>/dev/null && [ "$1" = waited-for ] || late=late
  if [ "$operation" = grant ]; then
    [ -e "$file" ] || note did $late
    : >"$file"
  else
    [ ! -e "$file" ] || note did $late
    rm -f "$file"
  fi
}

if [ "$2" = later ]; then
  shift 2
  operation=$1 grant=$2 account=$3 role=$4 latest=$5 caller=$6
  sleep "$7"
  land handed-over
  exit
fi

IFS= read -r call
field() {
  rest=${call#*\"$1\":\"}
  field=${rest%%\"*}
}
field operation; operation=$field
field grant_id; grant=$field
field account; account=$field
field role; role=$field
caller=$PPID
field expires_at; ends=$(date -d "$field" +%s%3N)
came=$(now)
latest=$((came + 1000))
[ "$ends" -ge "$latest" ] || latest=$ends
[ "$latest" -ge "$came" ] || latest=$came
latest=$((latest + 750))
while read -r name acts wait rest answer handed; do
  [ "$name" != "$operation" ] || break
done <"$folder/sky"
note came "$acts $wait $rest $answer $handed"

if [ "$operation" != holds ] && [ "$acts" = true ]; then
  if [ "$handed" = true ]; then
    setsid "$0" "$folder" later "$operation" "$grant" "$account" "$role" "$latest" "$caller" "$wait" \
      </dev/null >/dev/null 2>&1 &
  else
    sleep "$wait"
    land waited-for
  fi
fi
[ "$rest" = 0 ] || sleep "$rest"
note answers
case $answer in
yes) [ "$operation" = grant ] && held=true || held=false ;;
trouble) exit 75 ;;
silence) sleep 2; exit 75 ;;
*) [ -e "$folder/held/$account $role" ] && held=true || held=false ;;
esac
echo "{\"held\":$held}"
