package io.cortexreactive.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** What the tests of this package say, and what must be true of every window. */
final class Talk {

    /** Far longer than anything takes that comes at all. */
    static final Duration LONG = Duration.ofSeconds(60);

    private Talk() {}

    static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG), "completed without a value");
    }

    static void done(Mono<?> mono) {
        mono.block(LONG);
    }

    static Function<Context, Context> as(String tenant) {
        return Tenancy.as(TenantContext.builder(tenant).build());
    }

    static List<Message> ask(String text) {
        return List.of(Message.user(text));
    }

    static List<Message> say(String text) {
        return List.of(Message.assistant(text));
    }

    /** A message that calls tools, and their results. */
    static List<Message> tools(String... ids) {
        Content[] calls =
                Arrays.stream(ids).map(id -> ToolCall.of(id, "look", Map.of())).toArray(Content[]::new);
        List<Content> results = Arrays.stream(ids)
                .map(id -> (Content) new ToolResultContent(id, "result of " + id, false))
                .toList();
        return List.of(Message.assistant(calls), new Message(Role.TOOL, results, Map.of()));
    }

    @SafeVarargs
    static List<Message> all(List<Message>... parts) {
        List<Message> all = new ArrayList<>();
        for (List<Message> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    /** A short form: text as it is, calls and results by their ids. */
    static List<String> told(List<Message> window) {
        return window.stream().map(Talk::told).toList();
    }

    private static String told(Message message) {
        String calls =
                String.join(",", message.toolCalls().stream().map(ToolCall::id).toList());
        return switch (message.role()) {
            case TOOL -> "=" + String.join(",", results(message));
            case ASSISTANT -> calls.isEmpty() ? message.text() : "?" + calls;
            default -> message.text();
        };
    }

    private static List<String> results(Message message) {
        return message.content().stream()
                .map(part -> ((ToolResultContent) part).callId())
                .toList();
    }

    static void assertValid(List<Message> window) {
        if (window.isEmpty()) {
            return;
        }
        assertThat(window.get(0).role()).isEqualTo(Role.USER);
        List<String> open = new ArrayList<>();
        for (Message message : window) {
            if (message.role() == Role.TOOL) {
                results(message)
                        .forEach(id -> assertThat(open.remove(id))
                                .as("has been called")
                                .isTrue());
            } else {
                assertThat(open).as("calls without a result").isEmpty();
                message.toolCalls().forEach(call -> open.add(call.id()));
            }
        }
        assertThat(open).as("calls without a result").isEmpty();
    }
}
