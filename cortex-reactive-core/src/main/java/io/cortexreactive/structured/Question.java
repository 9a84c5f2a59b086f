package io.cortexreactive.structured;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolChoice;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.schema.Schema;
import java.util.List;
import java.util.Map;

/**
 * What to ask.
 *
 * @param request as the model gets it
 * @param form how the answer gets its shape
 * @param tool the tool whose arguments are the answer; only where the form is that
 */
record Question(ChatRequest request, Form form, String tool) {

    private static final String TOOL_NAME = "answer";

    static Question of(ChatRequest request, Schema asked, Form form) {
        return switch (form) {
            case SCHEMA -> schema(request, asked);
            case TOOL -> tool(request, asked);
            case JSON -> new Question(jsonMode(told(request, asked)), form, "");
            case TEXT -> new Question(withoutTools(told(request, asked)).build(), form, "");
        };
    }

    private static Question schema(ChatRequest request, Schema asked) {
        ChatRequest.Builder with =
                withoutTools(request).responseSchema(PortableSchema.of(asked).orElse(asked));
        return new Question(with.build(), Form.SCHEMA, "");
    }

    private static Question tool(ChatRequest request, Schema asked) {
        String name = TOOL_NAME;
        while (isTaken(name, request)) {
            name += "_";
        }
        ChatRequest forced = request.toBuilder()
                .tool(new ToolDefinition(name, "Give the answer. Always call this, and only once.", asked))
                .options(request.options().toBuilder()
                        .toolChoice(ToolChoice.tool(name))
                        .build())
                .build();
        return new Question(forced, Form.TOOL, name);
    }

    private static boolean isTaken(String name, ChatRequest request) {
        return request.tools().stream().anyMatch(tool -> tool.name().equals(name));
    }

    /** What services that have it call JSON mode. */
    private static ChatRequest jsonMode(ChatRequest request) {
        return withoutTools(request)
                .options(request.options().toBuilder()
                        .providerOption("response_format", Map.of("type", "json_object"))
                        .build())
                .build();
    }

    /** The conversation may be about tools, so they stay; but this is not the time to call one. */
    private static ChatRequest.Builder withoutTools(ChatRequest request) {
        ChatRequest.Builder builder = request.toBuilder();
        return request.tools().isEmpty()
                ? builder
                : builder.options(request.options().toBuilder()
                        .toolChoice(ToolChoice.none())
                        .build());
    }

    private static ChatRequest told(ChatRequest request, Schema asked) {
        String instruction =
                "Answer with one JSON object and nothing else: no explanation, no Markdown. It must be valid"
                        + " against this JSON Schema:\n" + asked.toJson();
        String system = request.system();
        return request.toBuilder()
                .system(system == null || system.isBlank() ? instruction : system + "\n\n" + instruction)
                .build();
    }

    /** The same, with an answer and what is wrong with it. */
    Question again(Message answer, List<String> errors) {
        String wrong = "This answer is not valid:\n- " + String.join("\n- ", errors)
                + "\nGive the whole answer again, corrected.";
        ChatRequest.Builder more = request.toBuilder();
        if (answer.content().stream().anyMatch(Question::says)) {
            more.message(answer);
        }
        List<ToolCall> calls = answer.toolCalls();
        more.message(calls.isEmpty() ? Message.user(wrong) : results(calls, wrong));
        return new Question(more.build(), form, tool);
    }

    private static boolean says(Content content) {
        return content instanceof ToolCall
                || (content instanceof TextContent text && !text.text().isBlank());
    }

    /** Services want a result for each call. */
    private static Message results(List<ToolCall> calls, String wrong) {
        List<Content> results = calls.stream()
                .<Content>map(call -> new ToolResultContent(call.id(), wrong, true))
                .toList();
        return new Message(Role.TOOL, results, Map.of());
    }
}
