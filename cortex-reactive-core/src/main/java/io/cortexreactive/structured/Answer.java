package io.cortexreactive.structured;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.message.UnfinishedResponseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** One answer as it comes. Not thread-safe; chunks come one at a time. */
final class Answer {

    private static final StopReason BROKEN_OFF = StopReason.of("broken_off");

    /** Another attempt would end in the same way. */
    private static final Set<StopReason> CUT =
            Set.of(StopReason.MAX_TOKENS, StopReason.CONTEXT_WINDOW_EXCEEDED, StopReason.CONTENT_FILTERED);

    private static final int MAX_LATER = 20;

    private final Question question;
    private final @Nullable String elementsOf;
    private final ChatAccumulator chunks = new ChatAccumulator();
    private final StringBuilder arguments = new StringBuilder();

    private JsonReader json;
    private int call = -1;
    private boolean argumentsCame;
    private boolean restarted;
    private @Nullable ChatCompleted end;

    /** @param elementsOf the property whose elements are not kept; null to keep all */
    Answer(Question question, @Nullable String elementsOf) {
        this.question = question;
        this.elementsOf = elementsOf;
        json = new JsonReader(elementsOf);
    }

    JsonReader json() {
        return json;
    }

    /** Takes the next chunk, and tells whether it was the last. */
    boolean take(ChatChunk chunk) {
        chunks.add(chunk);
        restarted = chunk instanceof StreamRestarted;
        if (restarted) {
            begin();
        } else if (chunk instanceof ChatCompleted completed) {
            end(completed);
        } else if (question.form() == Form.TOOL) {
            takeCall(chunk);
        } else if (chunk instanceof TextDelta delta) {
            json.take(delta.text());
        }
        return end != null;
    }

    private void end(ChatCompleted completed) {
        end = completed;
        if (question.form() == Form.TOOL && call < 0) {
            // Some models write what they should have called the tool with.
            json.take(chunks.partialText());
        }
        json.end();
    }

    /** Whether everything before the last chunk is void. */
    boolean restarted() {
        return restarted;
    }

    private void begin() {
        json = new JsonReader(elementsOf);
        call = -1;
        argumentsCame = false;
        arguments.setLength(0);
    }

    private void takeCall(ChatChunk chunk) {
        if (chunk instanceof ToolCallStarted started
                && call < 0
                && started.name().equals(question.tool())) {
            begin();
            call = started.index();
        } else if (chunk instanceof ToolCallDelta delta && delta.index() == call) {
            takeArguments(delta.json());
        } else if (chunk instanceof ToolCallCompleted done && done.index() == call && !argumentsCame) {
            takeArguments(written(done.call()));
        }
    }

    private void takeArguments(String piece) {
        argumentsCame |= !piece.isEmpty();
        arguments.append(piece);
        json.take(piece);
    }

    private static String written(ToolCall call) {
        String invalid = call.invalidArguments();
        return invalid == null ? JsonMapper.shared().writeValueAsString(call.input()) : invalid;
    }

    void requireEnd() {
        if (end == null) {
            throw new UnfinishedResponseException();
        }
    }

    /** What the model wrote, or called the tool with. */
    String rawText() {
        return call < 0 ? chunks.partialText() : arguments.toString();
    }

    /** The whole answer, or as much as came of it. */
    ChatResponse response() {
        return end != null
                ? chunks.toResponse()
                : new ChatResponse(
                        chunks.partialMessage(), chunks.usage(question.request()), BROKEN_OFF, null, Map.of());
    }

    /**
     * Its object.
     *
     * @throws InvalidAnswerException if there is none
     */
    Object root() {
        Object root = json.root();
        if (root == null) {
            throw new InvalidAnswerException(List.of(String.valueOf(json.error())));
        }
        return root;
    }

    /** The next objects behind that one: a model may begin with an example, or with an attempt. */
    List<Object> laterRoots() {
        List<Object> later = new ArrayList<>();
        String text = rawText();
        int from = json.read();
        while (later.size() < MAX_LATER) {
            JsonReader reader = new JsonReader(elementsOf);
            reader.take(text, from);
            Object root = reader.root();
            if (root == null) {
                return later;
            }
            later.add(root);
            from += reader.read();
        }
        return later;
    }

    /** Whether it makes sense to ask again after an invalid answer. */
    boolean mayBeCorrected() {
        return end == null || !CUT.contains(end.stopReason());
    }

    /** What is wrong, and why it may be. */
    List<String> explained(List<String> errors) {
        if (mayBeCorrected()) {
            return errors;
        }
        List<String> all = new ArrayList<>(errors);
        all.add("the answer was cut: " + (end == null ? BROKEN_OFF : end.stopReason())
                + ". Allow more tokens with ChatOptions.maxTokens, or ask for less.");
        return all;
    }
}
