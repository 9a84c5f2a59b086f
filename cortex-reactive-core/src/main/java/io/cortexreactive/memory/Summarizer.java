package io.cortexreactive.memory;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.tenant.Tenancy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Has a model write down in short what was said. */
record Summarizer(ChatClient chat, SummarySettings settings) {

    /** What a summary tells of a part that is longer is in its first characters, as a rule. */
    private static final int LONGEST_PART = 4_000;

    /**
     * A new summary.
     *
     * @param before the summary of what was said earlier
     * @return empty if the model has nothing to say
     */
    Mono<String> summarize(@Nullable String before, List<Message> messages) {
        return Mono.defer(() -> chat.send(request(before, messages)))
                .map(ChatResponse::text)
                .filter(text -> !text.isBlank());
    }

    private ChatRequest request(@Nullable String before, List<Message> messages) {
        return ChatRequest.builder()
                .system(settings.instruction())
                .model(settings.model())
                .metadata("purpose", "conversation_summary")
                .user(task(before, messages))
                .build();
    }

    /** The line around what was said is new each time, so that nobody can write it beforehand and so step out. */
    private static String task(@Nullable String before, List<Message> messages) {
        String line = "----- " + Tenancy.newCorrelationId() + "\n";
        StringBuilder task = new StringBuilder("Summarize what is between these lines.\n").append(line);
        if (before != null) {
            task.append("Earlier summary: ").append(before).append('\n');
        }
        messages.forEach(message -> message.content().forEach(part -> tell(task, speaker(message), part)));
        return task.append(line).toString();
    }

    /** What a loop says in the user's place is nothing that the user wants. */
    private static String speaker(Message message) {
        return Units.isFromAgent(message) ? "Agent" : message.role() == Role.USER ? "User" : "Assistant";
    }

    private static void tell(StringBuilder task, String speaker, Content part) {
        if (part instanceof TextContent text) {
            tell(task, speaker, text.text());
        } else if (part instanceof ToolCall call) {
            tell(task, "Assistant calls " + call.name(), call.input().toString());
        } else if (part instanceof ToolResultContent result) {
            tell(task, result.error() ? "Error" : "Result", String.valueOf(result.result()));
        }
    }

    private static void tell(StringBuilder task, String who, String what) {
        task.append(who).append(": ");
        if (what.length() <= LONGEST_PART) {
            task.append(what).append('\n');
            return;
        }
        int end = Character.isHighSurrogate(what.charAt(LONGEST_PART - 1)) ? LONGEST_PART - 1 : LONGEST_PART;
        task.append(what, 0, end).append(" [cut]\n");
    }

    /** How a model is told of a summary. */
    static Message told(String summary) {
        return new Message(
                Role.USER,
                List.of(new TextContent("Summary of what was said so far:\n" + summary)),
                Map.of("summary", true));
    }
}
