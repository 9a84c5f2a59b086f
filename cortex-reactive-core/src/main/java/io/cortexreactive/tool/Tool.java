package io.cortexreactive.tool;

import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.schema.Schema;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Something a model may ask to be done. Run it through a {@link ToolExecutor}, which checks the arguments, keeps the
 * time and calls it on a thread of its own. One instance serves all calls, so it must be thread-safe.
 *
 * <pre>{@code
 * Tool.builder("get_weather")
 *         .description("The weather in a city, now")
 *         .input(Schema.object().property("city", Schema.string()).required("city"))
 *         .handler((input, context) -> weather.in((String) input.get("city")))
 *         .build()
 * }</pre>
 */
public interface Tool {

    /** How the model sees it. */
    ToolDefinition definition();

    /**
     * Does it, once for each subscription. An error that it gives or throws reaches the model as an error result.
     *
     * @param input arguments that fit the input schema
     */
    Mono<ToolResult> execute(Map<String, Object> input, ToolContext context);

    /**
     * Does it and tells how it goes: any number of {@link ToolProgress}, then one {@link ToolResult}. The result counts
     * once this completes; if it fails instead, the call has failed. What comes after the result does not count.
     */
    default Flux<ToolUpdate> stream(Map<String, Object> input, ToolContext context) {
        return execute(input, context).cast(ToolUpdate.class).flux();
    }

    /** How long it may take, from its start to its result; null for the executor's default. */
    default @Nullable Duration timeout() {
        return null;
    }

    /** Whether somebody must agree to each call; see {@link ToolApproval}. */
    default boolean requiresApproval() {
        return false;
    }

    /**
     * Whether a call must not be made again where nobody knows what came of it: a run in the background notes such a
     * call before it is made, and where it was under way when its worker died or gave the run back, the model gets an
     * error of the kind {@link ToolErrorKind#UNKNOWN_OUTCOME} in its stead. Others are made again, with the same
     * {@link ToolContext#idempotencyKey()}.
     */
    default boolean atMostOnce() {
        return false;
    }

    /**
     * Whether it keeps its thread waiting. Then it runs where that is fine, and is interrupted when its time is up or
     * the call is cancelled. A tool that waits and does not say so fails where blocking is detected, and elsewhere
     * holds up other tools.
     */
    default boolean blocking() {
        return false;
    }

    /** The shape of what it answers; null if it may answer anything. */
    default @Nullable Schema outputSchema() {
        return null;
    }

    /**
     * Starts a tool.
     *
     * @param name letters, digits, {@code _} and {@code -}, up to 64
     */
    static Builder builder(String name) {
        return new Builder(name);
    }

    /** Collects a {@link Tool}; not thread-safe. */
    final class Builder {

        /** One for all, since compiling a schema takes its time. */
        private static final Schema NO_ARGUMENTS = Schema.object();

        private final String name;
        private String description = "";
        private Schema input = NO_ARGUMENTS;
        private @Nullable Schema output;
        private @Nullable ToolHandler handler;
        private @Nullable Duration timeout;
        private boolean approval;
        private boolean blocking;
        private boolean atMostOnce;

        private Builder(String name) {
            this.name = name;
        }

        /** What it does and when to use it; the model decides by this text. */
        public Builder description(String text) {
            description = text;
            return this;
        }

        /** The arguments, an object; none by default. */
        public Builder input(Schema schema) {
            input = schema;
            return this;
        }

        /** The arguments, as this class has them. */
        public Builder input(Class<?> type) {
            return input(Schema.fromClass(type));
        }

        /** The shape of the output, checked before the model sees it; anything by default. */
        public Builder output(Schema schema) {
            output = schema;
            return this;
        }

        /** The shape of the output, as this class has it. */
        public Builder output(Class<?> type) {
            return output(Schema.fromClass(type));
        }

        /** What it does. */
        public Builder handler(ToolHandler value) {
            handler = value;
            return this;
        }

        /** What it does, and its arguments as this class has them. */
        public <I> Builder handler(Class<I> type, BiFunction<I, ToolContext, ? extends Publisher<?>> value) {
            ToolArguments<I> arguments = ToolArguments.of(type);
            return input(type).handler((input, context) -> value.apply(arguments.read(input), context));
        }

        /**
         * Calls the one abstract method of a functional interface. Its parameters are the arguments, by the names they
         * have in the interface, or that {@link ToolParam} gives them; one of type {@link ToolContext} is no argument.
         *
         * @param type the interface; its parameters must have types that are known, so that {@code Function} is none
         */
        public <F> Builder function(Class<F> type, F function) {
            MethodHandler method = MethodHandler.of(function, type);
            return input(method.inputSchema()).handler(method);
        }

        /** How long it may take; the executor's default by default. */
        public Builder timeout(Duration value) {
            if (value.isZero() || value.isNegative()) {
                throw new ToolConfigurationException(name, "its timeout must be positive, and is " + value);
            }
            timeout = value;
            return this;
        }

        /** Whether somebody must agree to each call; no by default. */
        public Builder requiresApproval(boolean value) {
            approval = value;
            return this;
        }

        /** Whether a call must not be made again; no by default. See {@link Tool#atMostOnce()}. */
        public Builder atMostOnce(boolean value) {
            atMostOnce = value;
            return this;
        }

        /** Whether it keeps its thread waiting; no by default. See {@link Tool#blocking()}. */
        public Builder blocking(boolean value) {
            blocking = value;
            return this;
        }

        /**
         * The tool.
         *
         * @throws ToolConfigurationException if its name cannot be one, or it does nothing
         */
        public Tool build() {
            DefaultToolRegistry.requireName(name);
            if (handler == null) {
                throw new ToolConfigurationException(name, "it has no handler");
            }
            ToolDefinition definition = new ToolDefinition(name, Objects.requireNonNull(description), input);
            return new DefaultTool(definition, handler, timeout, approval, blocking, atMostOnce, output);
        }
    }
}
