package io.cortexreactive.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.sun.management.ThreadMXBean;
import io.cortexreactive.schema.Schema;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@NullUnmarked
class MessageValuesTests {

    static Stream<Arguments> missing() {
        List<Message> noMessage = Collections.singletonList(null);
        return Stream.of(
                with("text", () -> ChatRequest.of(null)),
                with("text", () -> Message.user((String) null)),
                with("content", () -> Message.user((Content) null)),
                with("content", () -> new Message(Role.USER, Collections.singletonList(null), Map.of())),
                with("role", () -> new Message(null, List.of(), Map.of())),
                with("messages", () -> ChatRequest.builder().messages(noMessage).build()),
                with("text", () -> new ReasoningContent(null, null, false)),
                with("mediaType", () -> ImageContent.of(null, new byte[0])),
                with("data", () -> ImageContent.of("image/png", (byte[]) null)),
                with("name", () -> DocumentContent.of(null, "text/plain", new byte[0])),
                with("id", () -> ToolCall.of(null, "name", Map.of())),
                with("callId", () -> Message.toolResult(null, "done", false)),
                with("description", () -> new ToolDefinition("name", null, Schema.object())));
    }

    private static Arguments with(String field, ThrowingCallable made) {
        return Arguments.of(field, made);
    }

    @ParameterizedTest
    @MethodSource("missing")
    void missingValueIsRefusedWhereItIsMadeNamingTheField(String field, ThrowingCallable made) {
        assertThatNullPointerException().isThrownBy(made).withMessage(field);
    }

    @Test
    void estimateDoesNotCopyAnImage() {
        int size = 8 << 20;
        ChatRequest request = ChatRequest.builder()
                .message(Message.user(ImageContent.of("image/png", new byte[size])))
                .build();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        long tokens = TokenEstimate.of(request);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(size / 2);
        assertThat(tokens).isGreaterThan(size / 750);
    }
}
