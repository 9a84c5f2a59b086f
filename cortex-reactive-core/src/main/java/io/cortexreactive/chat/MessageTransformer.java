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
     * The request to send. Called for each call on a bounded scheduler, where it may block, and has as long as a hook.
     *
     * @return what goes on; empty to leave it as it is; an error, or {@link io.cortexreactive.plugin.Hook#veto}, to
     *     fail the call with an error that names the plugin
     */
    Mono<ChatRequest> transform(ChatRequest request);
}
