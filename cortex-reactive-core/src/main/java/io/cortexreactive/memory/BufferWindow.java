package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import io.cortexreactive.message.MessageLog;
import java.util.List;
import reactor.core.publisher.Mono;

/** Everything since a user first said something, in a log that is not copied. */
final class BufferWindow implements Window {

    private final MessageLog log = new MessageLog();
    private final Units units = new Units(message -> 0);

    @Override
    public Mono<Void> load(History history) {
        return history.unitsAfter(0).doOnNext(this::add).then();
    }

    @Override
    public synchronized void add(List<StoredMessage> said) {
        units.read(said).stream()
                .filter(Unit::hasUser)
                .forEach(unit -> unit.messages().forEach(log::append));
    }

    @Override
    public Mono<List<Message>> choose() {
        return Mono.fromSupplier(this::view);
    }

    private synchronized List<Message> view() {
        return log.view();
    }
}
