
run=${runs[$SLURM_ARRAY_TASK_ID]:-}
task=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
start=${SLURM_RESTART_COUNT:-0}
say() { echo "$(date '+%F %T') $task ${run:-?}: $*"; }
fail() { say "$2"; mkdir -p "$work"; echo "$2" > "$work/$run.failed"; exit "$1"; }

if [ -z "$run" ]; then
  say "this script has no run of the number $SLURM_ARRAY_TASK_ID; it has those from 0 to $((${#runs[@]} - 1))." >&2
  exit 2
fi

# The newest checkpoint, which tells whether this start has come any further.
newest() { ls -d "$work/$run"/checkpoint-* 2>/dev/null | grep -v '\.tmp$' | tail -n 1; }

# Puts this task back into the queue, if Slurm has not ended this very start already: cancelled, or requeued by others.
put_back() {
  for _ in {1..20}; do
    state=$(squeue --noheader --jobs="$task" --Format=State:20,RestartCnt:10 2>/dev/null | xargs)
    if [ -n "$state" ] && [ "$state" != "RUNNING $start" ]; then
      say "stopped; Slurm has ended this start itself ($state)"
      return
    fi
    [ -n "$state" ] && scontrol requeue "$task" && return
    sleep 5
  done
  say "stopped; Slurm did not take it back, so submit again"
}

before=$(newest)
say "start $((start + 1)) on $(hostname)"
"$deno" run -A --no-check --cached-only tasks/train.ts "$experiment" --profile "$profile" --run "$run" &
child=$!
told=
trap 'told=yes; say "told to stop after $SECONDS seconds"; kill -TERM $child 2>/dev/null' TERM
wait $child
code=$?
while [ $code -gt 128 ] && [ -n "$told" ]; do
  told=
  wait $child
  code=$?
done

# A stop that comes while Deno still starts ends it by the signal itself.
[ $code -eq 143 ] && code=75

if [ $code -eq 75 ]; then
  if [ $SECONDS -ge $used_up ] && [ "$(newest)" = "$before" ]; then
    fail 1 "Training $run in Slurm: no epoch was finished within the time limit; submit it again with more --time."
  fi
  say "stopped after $SECONDS seconds; its finished epochs are kept"
  put_back
elif [ $code -gt 128 ]; then
  fail $code "Training $run in Slurm: its process was killed by signal $((code - 128)); if memory ran out, submit it again with more --mem."
else
  say "ended with exit code $code after $SECONDS seconds"
fi
exit $code
