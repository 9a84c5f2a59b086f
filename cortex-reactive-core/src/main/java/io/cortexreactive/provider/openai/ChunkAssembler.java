package io.cortexreactive.provider.openai;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.provider.openai.CompletionEvent.ToolDelta;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Makes chunks of what a completion tells. Completions do not number the parts of an answer, so that is done here: a
 * part ends where another kind of content begins. One subscription, one of these; fed by one thread at a time.
 */
final class ChunkAssembler {

    private static final int NONE = -1;

    private final Queue<ChatChunk> out;
    private final ToolCalls calls;
    private int parts;
    private int text = NONE;
    private int reasoning = NONE;
    private int lastReasoning = NONE;
    private @Nullable ReasoningDetail lastDetail;
    private boolean refused;
    private @Nullable Map<String, Object> usage;
    private @Nullable String stopSequence;
    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private @Nullable String model;

    /** Written by whoever feeds, read by whoever ends the stream. */
    private volatile @Nullable String finishReason;

    ChunkAssembler(Queue<ChatChunk> out, String idPrefix) {
        this.out = out;
        calls = new ToolCalls(out, idPrefix);
    }

    /** @throws io.cortexreactive.error.LimitExceededException if the arguments of a tool call are too long */
    void add(CompletionEvent event) {
        addReasoning(event);
        addText(event.content());
        if (event.refusal() != null && !event.refusal().isEmpty()) {
            refused = true;
            addText(event.refusal());
        }
        for (ToolDelta delta : event.tools()) {
            parts = calls.add(delta, parts, this::endPart);
        }
        if (event.hasUsage()) {
            usage = event.fields();
        }
        if (event.finishReason() != null && finishReason == null) {
            end(event);
        }
    }

    private void addText(@Nullable String piece) {
        if (piece == null || piece.isEmpty()) {
            return;
        }
        if (text == NONE) {
            endPart();
            text = parts++;
        }
        out.add(new TextDelta(text, piece));
    }

    /** The text of the details may come a second time by itself, and then says less. */
    private void addReasoning(CompletionEvent event) {
        // Most events have none, and a stream of them would cost more than all that is here.
        if (event.details().isEmpty() || event.details().stream().noneMatch(ReasoningDetail::isThought)) {
            addThought(event.reasoning(), null, Map.of());
        }
        for (ReasoningDetail detail : event.details()) {
            addDetail(detail);
        }
    }

    private void addDetail(ReasoningDetail detail) {
        if (detail.data() != null) {
            endPart();
            out.add(new ReasoningDelta(parts++, detail.data(), null, true, detail.rest()));
            return;
        }
        if (lastDetail != null && !detail.continues(lastDetail)) {
            reasoning = NONE;
            lastReasoning = NONE;
        }
        lastDetail = detail;
        addThought(detail.text(), detail.signature(), detail.rest());
    }

    private void addThought(@Nullable String piece, @Nullable String signature, Map<String, Object> details) {
        String thought = piece == null ? "" : piece;
        if (thought.isEmpty() && signature == null) {
            return;
        }
        boolean late = thought.isEmpty() && lastReasoning != NONE;
        out.add(new ReasoningDelta(late ? lastReasoning : reasoning(), thought, signature, false, details));
    }

    private int reasoning() {
        if (reasoning == NONE) {
            endPart();
            reasoning = parts++;
            lastReasoning = reasoning;
        }
        return reasoning;
    }

    private void endPart() {
        text = NONE;
        reasoning = NONE;
    }

    private void end(CompletionEvent event) {
        model = event.model();
        stopSequence = event.stopSequence();
        put("systemFingerprint", event.fingerprint());
        put("serviceTier", event.serviceTier());
        finishReason = event.finishReason();
    }

    private void put(String name, @Nullable String value) {
        if (value != null) {
            metadata.put(name, value);
        }
    }

    boolean isEnded() {
        return finishReason != null;
    }

    /** Completes the tool calls, and tells how the answer ended. To be asked once, at the end. */
    AnswerEnd end() {
        calls.complete();
        return new AnswerEnd(
                reason(), String.valueOf(finishReason), usage == null ? null : AnswerEnd.usage(usage), model, metadata);
    }

    /** What the server cannot say with its word for it. */
    private AnswerEnd.Hint reason() {
        if (refused) {
            return AnswerEnd.Hint.REFUSED;
        }
        if (!calls.isEmpty()) {
            return AnswerEnd.Hint.CALLED;
        }
        return stopSequence == null ? AnswerEnd.Hint.NONE : AnswerEnd.Hint.STOP_SEQUENCE;
    }
}
