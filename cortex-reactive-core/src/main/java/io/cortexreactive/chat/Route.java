package io.cortexreactive.chat;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Which provider a call goes to; travels in the Context, so that a link of the chain can send it elsewhere.
 *
 * @param provider null if there is none
 */
record Route(@Nullable String provider) {

    static Route of(ContextView context) {
        return context.get(Route.class);
    }

    Function<Context, Context> write() {
        return context -> context.put(Route.class, this);
    }
}
