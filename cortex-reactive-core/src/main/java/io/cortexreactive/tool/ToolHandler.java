package io.cortexreactive.tool;

import java.util.Map;
import org.reactivestreams.Publisher;

/** What a tool does. Called once for each call, on a thread that is not an event loop. */
@FunctionalInterface
public interface ToolHandler {

    /**
     * Answers a call.
     *
     * @return a {@code Mono} of the output, or empty for none; or a {@code Flux}, each of whose elements is told as
     *     progress and whose output is the list of them; or a publisher of {@link ToolUpdate}s, which are taken as they
     *     are
     */
    Publisher<?> handle(Map<String, Object> input, ToolContext context);
}
