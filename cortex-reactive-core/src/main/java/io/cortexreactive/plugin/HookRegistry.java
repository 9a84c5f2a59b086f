package io.cortexreactive.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The handlers of hooks, in order. Applying reads one immutable list. */
final class HookRegistry {

    private record Entry<T>(String plugin, int priority, HookHandler<T> handler) {}

    private record Chain<T>(Class<T> type, List<Entry<T>> entries) {

        Chain<T> with(Entry<T> entry) {
            List<Entry<T>> changed = new ArrayList<>(entries);
            changed.add(entry);
            changed.sort(Comparator.comparingInt(Entry::priority));
            return new Chain<>(type, List.copyOf(changed));
        }
    }

    private final Duration timeout;
    private volatile Map<String, Chain<?>> chains = Map.of();

    HookRegistry(Duration timeout) {
        this.timeout = timeout;
    }

    synchronized <T> void add(String plugin, Hook<T> hook, int priority, HookHandler<T> handler) {
        Chain<T> known = chain(hook);
        Chain<T> chain = known == null ? new Chain<>(hook.type(), List.of()) : known;
        Map<String, Chain<?>> changed = new HashMap<>(chains);
        changed.put(hook.name(), chain.with(new Entry<>(plugin, priority, handler)));
        chains = changed;
    }

    boolean has(Hook<?> hook) {
        return chains.containsKey(hook.name());
    }

    <T> Mono<T> apply(Hook<T> hook, T payload) {
        Chain<T> chain = chain(hook);
        if (chain == null) {
            return Mono.just(payload);
        }
        Mono<T> result = Mono.just(payload);
        for (Entry<T> entry : chain.entries()) {
            result = result.flatMap(current -> call(hook, entry, current));
        }
        return result;
    }

    private <T> Mono<T> call(Hook<T> hook, Entry<T> entry, T payload) {
        return PluginCode.step(
                        entry.plugin(),
                        hook.name(),
                        timeout,
                        () -> entry.handler().apply(payload).map(hook.type()::cast))
                .defaultIfEmpty(payload);
    }

    @SuppressWarnings("unchecked") // A chain is only ever made with the type of its hook.
    private <T> @Nullable Chain<T> chain(Hook<T> hook) {
        Chain<?> known = chains.get(hook.name());
        if (known != null && known.type() != hook.type()) {
            throw new PluginConflictException("Hook '" + hook + "' is known with "
                    + known.type().getName() + ", and not with " + hook.type().getName() + ".");
        }
        return (Chain<T>) known;
    }
}
