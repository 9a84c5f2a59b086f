package io.cortexreactive.examples.backend;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Learns which provider a call went to last: the one that answered, once there is an answer. One for each call. */
public final class AskedProvider {

    private volatile @Nullable String id;

    /** Has it told what happens upstream. */
    public Function<Context, Context> write() {
        return context -> context.put(AskedProvider.class, this);
    }

    static void note(ContextView context, String id) {
        context.<AskedProvider>getOrEmpty(AskedProvider.class).ifPresent(asked -> asked.id = id);
    }

    /** The provider's id; null before any was asked. */
    public @Nullable String id() {
        return id;
    }
}
