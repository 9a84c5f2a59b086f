package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * What a memory keeps at hand of one conversation. One call at a time; but one that is cancelled may still be on its
 * way out, so implementations lock what they change.
 */
interface Window {

    /** Takes from an earlier conversation what it needs. Called first, if at all. */
    Mono<Void> load(History history);

    /** Takes what was said; whole units. */
    void add(List<StoredMessage> said);

    /** See {@link Conversation#window()}. */
    Mono<List<Message>> choose();
}
