package io.cortexreactive.plugin;

import reactor.core.publisher.Mono;

/**
 * A place where plugins may look at something, change it, or stop it. The feature that calls the hook owns the
 * constant, since it owns the type of the payload.
 *
 * @param name such as {@code chat.before_send}
 * @param type of the payload
 */
public record Hook<T>(String name, Class<T> type) {

    /** Makes the constant. */
    public static <T> Hook<T> of(String name, Class<T> type) {
        return new Hook<>(name, type);
    }

    /** What a handler returns to stop what is going on. */
    public static <T> Mono<T> veto(String reason) {
        return Mono.error(() -> new Veto(reason));
    }

    @Override
    public String toString() {
        return name;
    }

    /** Says no to whoever applies the hooks, which knows plugin and hook. */
    static final class Veto extends RuntimeException {

        private static final long serialVersionUID = 1;

        Veto(String reason) {
            super(reason, null, false, false);
        }
    }
}
