package io.cortexreactive.testing;

/**
 * Decides what to answer. Called once for each call that finds no queued reply, by several threads at once, on the
 * event loop: it must be quick and must not block.
 */
@FunctionalInterface
public interface ReplyScript {

    /** The answer to this call. */
    ScriptedReply reply(ScriptedCall call);

    /** The same answer every time. */
    static ReplyScript always(ScriptedReply reply) {
        return call -> reply;
    }
}
