package io.cortexreactive.chat;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.plugin.Hook;

/** Where plugins hook into a chat call. */
public final class ChatHooks {

    /** Before a request goes on its way, guardrails and retries included. What a handler returns is sent instead. */
    public static final Hook<ChatRequest> BEFORE_SEND = Hook.of("chat.before_send", ChatRequest.class);

    /**
     * When an answer is whole, before its end is told. Its text has gone out by then, so of a changed response only the
     * metadata counts. A veto ends the answer with its error.
     */
    public static final Hook<Received> AFTER_RECEIVE = Hook.of("chat.after_receive", Received.class);

    private ChatHooks() {}

    /**
     * An answer and what it answers.
     *
     * @param request as it was sent
     * @param response as it came
     */
    public record Received(ChatRequest request, ChatResponse response) {

        /** The same, with another response. */
        public Received withResponse(ChatResponse value) {
            return new Received(request, value);
        }
    }
}
