package io.cortexreactive.chat;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.plugin.ExtensionPoint;
import reactor.core.publisher.Mono;

/** Changes requests before they are sent. One of several is given what the one before it made. */
@FunctionalInterface
public interface MessageTransformer {

    /** Where plugins add some. */
    ExtensionPoint<MessageTransformer> POINT = ExtensionPoint.of("message_transformers", MessageTransformer.class);

    /**
     * The request to send. Subscribed for each call, on the caller's thread, and must not block it.
     *
     * @return what goes on; empty to leave it as it is; an error to fail the call
     */
    Mono<ChatRequest> transform(ChatRequest request);
}
