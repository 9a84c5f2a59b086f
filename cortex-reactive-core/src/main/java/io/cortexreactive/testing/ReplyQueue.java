package io.cortexreactive.testing;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What to answer next: the queued replies first, then the script. Thread-safe. */
final class ReplyQueue {

    private final Queue<ScriptedReply> queue = new ArrayDeque<>();
    private final @Nullable ReplyScript script;

    ReplyQueue(@Nullable ReplyScript script) {
        this.script = script;
    }

    synchronized void add(ScriptedReply... replies) {
        queue.addAll(List.of(replies));
    }

    /** Null if nothing is scripted for this call. */
    @Nullable
    ScriptedReply next(ScriptedCall call) {
        ScriptedReply queued = queued();
        if (queued != null) {
            return queued;
        }
        return script == null ? null : script.reply(call);
    }

    /** The next queued reply; null if none is. */
    @Nullable
    synchronized ScriptedReply queued() {
        return queue.poll();
    }

    /** The next queued reply if it is a fault in place of an answer, for what needs no script; else null. */
    @Nullable
    synchronized ScriptedReply queuedFault() {
        ScriptedReply queued = queue.peek();
        boolean refuses = queued != null && queued.fault() != null && !(queued.fault() instanceof StreamFault);
        return refuses ? queue.poll() : null;
    }

    static String missing(int number) {
        return "No reply is scripted for call " + number + ". Enqueue one more, or give a script that answers any.";
    }
}
