package io.cortexreactive.guardrail;

import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.UsageReported;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Guards an answer by asking about it window by window, and releases nothing before the answer is there. Takes one
 * chunk at a time, and at most one more than is demanded.
 */
final class CheckedStage {

    private final Guardrail guardrail;
    private final GuardedCall call;
    private final HeldCalls calls;
    private @Nullable OpenText open;
    private @Nullable UsageReported usage;

    private CheckedStage(Guardrail guardrail, GuardedCall call) {
        this.guardrail = guardrail;
        this.call = call;
        calls = new HeldCalls(guardrail.id());
    }

    static Flux<ChatChunk> apply(Flux<ChatChunk> source, Guardrail guardrail, GuardedCall call) {
        return Flux.defer(() -> {
            CheckedStage stage = new CheckedStage(guardrail, call);
            return source.concatMap(stage::take, 0).concatWith(Flux.defer(stage::endText));
        });
    }

    private Flux<ChatChunk> take(ChatChunk chunk) {
        Part part = part(chunk);
        OpenText text = open;
        if (part != null && call.checks(guardrail, part)) {
            return text == null || text.held.part() == part ? append(part, chunk) : ended(() -> append(part, chunk));
        }
        if (chunk instanceof StreamRestarted) {
            open = null;
            usage = null;
            calls.clear();
            return Flux.just(chunk);
        }
        if (chunk instanceof UsageReported reported && text != null && text.held.length() > 0) {
            usage = reported;
            return Flux.empty();
        }
        return text == null || chunk instanceof UsageReported ? rest(chunk) : ended(() -> rest(chunk));
    }

    private static @Nullable Part part(ChatChunk chunk) {
        if (chunk instanceof TextDelta) {
            return Part.TEXT;
        }
        return chunk instanceof ReasoningDelta delta && !delta.redacted() ? Part.REASONING : null;
    }

    private Flux<ChatChunk> ended(Supplier<Flux<ChatChunk>> after) {
        return endText().concatWith(Flux.defer(after));
    }

    private Flux<ChatChunk> append(Part part, ChatChunk chunk) {
        OpenText text = open;
        if (text == null) {
            text = new OpenText(part);
            open = text;
        }
        if (chunk instanceof ReasoningDelta delta) {
            text.held.append(delta.index(), delta.text());
            return delta.signature() == null ? text.check(false) : signed(text, delta);
        }
        TextDelta delta = (TextDelta) chunk;
        text.held.append(delta.index(), delta.text());
        return text.check(false);
    }

    private Flux<ChatChunk> signed(OpenText text, ReasoningDelta delta) {
        return ended(() ->
                text.changed ? Flux.empty() : Flux.just(new ReasoningDelta(delta.index(), "", delta.signature())));
    }

    private Flux<ChatChunk> endText() {
        OpenText text = open;
        open = null;
        Flux<ChatChunk> left = text == null ? Flux.empty() : text.check(true);
        return left.concatWith(Mono.fromSupplier(() -> {
            UsageReported reported = usage;
            usage = null;
            return reported;
        }));
    }

    private Flux<ChatChunk> rest(ChatChunk chunk) {
        if (chunk instanceof ToolCallDelta delta && call.checks(guardrail, Part.TOOL_ARGUMENTS)) {
            calls.add(delta);
            return Flux.empty();
        }
        if (chunk instanceof ToolCallCompleted done && call.checks(guardrail, Part.TOOL_ARGUMENTS)) {
            return ask(done.call()).flatMapIterable(checked -> {
                List<ChatChunk> released = new ArrayList<>();
                calls.release(done, checked, released::add);
                return released;
            });
        }
        return Flux.just(chunk);
    }

    private Mono<ToolCall> ask(ToolCall made) {
        String invalid = made.invalidArguments();
        String before = invalid == null ? JsonTexts.write(made.input()) : invalid;
        return call.ask(guardrail, Part.TOOL_ARGUMENTS, before).map(result -> {
            String after = call.decided(guardrail, Part.TOOL_ARGUMENTS, before, result);
            return after.equals(before) ? made : replaced(made, after);
        });
    }

    private ToolCall replaced(ToolCall made, String arguments) {
        if (made.invalidArguments() != null) {
            return new ToolCall(made.id(), made.name(), Map.of(), arguments);
        }
        Map<String, Object> input = JsonTexts.object(arguments);
        if (input == null) {
            throw new GuardrailFailedException(
                    guardrail.id(), "replaced tool arguments by what is no JSON object.", null);
        }
        return ToolCall.of(made.id(), made.name(), input);
    }

    /** One text, window by window. */
    private final class OpenText {

        private final List<ChatChunk> released = new ArrayList<>();
        private final List<Violation> violations = new ArrayList<>();
        private final HeldText held;
        private final int keep;
        private int window;
        private boolean asked;
        private boolean changed;
        private boolean done;
        private GuardrailResult last = GuardrailResult.pass();

        OpenText(Part part) {
            held = new HeldText(guardrail.id(), part, call.isTold(), released::add);
            HoldBack holdBack = guardrail.holdBack();
            keep = holdBack.isWhole() ? 0 : holdBack.size();
            window = holdBack.isWhole() ? Integer.MAX_VALUE : 2 * keep;
        }

        Flux<ChatChunk> check(boolean atEnd) {
            return isDue(atEnd)
                    ? Mono.defer(() -> next(atEnd)).repeat(() -> isDue(atEnd)).concatMapIterable(chunks -> chunks, 1)
                    : Flux.empty();
        }

        private boolean isDue(boolean atEnd) {
            return atEnd ? !done : held.length() >= window;
        }

        private Mono<List<ChatChunk>> next(boolean atEnd) {
            boolean isLast = atEnd && held.length() <= window;
            if (isLast && held.length() == 0) {
                return Mono.fromSupplier(this::finished);
            }
            String text = held.text(Math.min(window, held.length()));
            asked = true;
            return call.ask(guardrail, held.part(), text).map(result -> decided(text, result, isLast));
        }

        private List<ChatChunk> decided(String text, GuardrailResult result, boolean isLast) {
            result.violations().stream()
                    .map(violation -> violation.shifted(held.start()))
                    .forEach(this::add);
            last = result;
            if (!result.passed()) {
                call.tell(guardrail, held.part(), "", whole(null));
                throw call.blocked(guardrail, held.part(), whole(null));
            }
            release(text, result.replacement(), isLast);
            return isLast ? finished() : chunks();
        }

        /** A window begins with what the one before held back, so something may be found twice. */
        private void add(Violation violation) {
            if (violations.size() < Verdict.MAX_VIOLATIONS && !violations.contains(violation)) {
                violations.add(violation);
            }
        }

        private void release(String text, @Nullable String replacement, boolean isLast) {
            int kept = isLast ? 0 : keep + (Character.isLowSurrogate(text.charAt(text.length() - keep)) ? 1 : 0);
            if (replacement == null || replacement.equals(text)) {
                held.release(text.length() - kept);
            } else if (isLast || sameAtEnd(text, replacement) >= kept) {
                held.replace(text.length() - kept, replacement.substring(0, replacement.length() - kept));
                changed = true;
            } else {
                // What is changed may go on behind the window.
                window = 2 * window;
                return;
            }
            window = 2 * keep;
        }

        private static int sameAtEnd(String one, String other) {
            int most = Math.min(one.length(), other.length());
            int same = 0;
            while (same < most && one.charAt(one.length() - 1 - same) == other.charAt(other.length() - 1 - same)) {
                same++;
            }
            return same;
        }

        private List<ChatChunk> finished() {
            done = true;
            List<ChatChunk> chunks = chunks();
            if (asked) {
                String through = held.through();
                call.tell(guardrail, held.part(), through, whole(changed ? through : null));
            }
            return chunks;
        }

        private GuardrailResult whole(@Nullable String replacement) {
            return new GuardrailResult(last.passed(), violations, replacement, last.confidence(), last.metadata());
        }

        private List<ChatChunk> chunks() {
            held.flush();
            List<ChatChunk> chunks = List.copyOf(released);
            released.clear();
            return chunks;
        }
    }
}
