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
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Guards an answer by a scanner, and releases what it has decided about. */
final class ScannedStage implements Expanding.Stage {

    private final Guardrail guardrail;
    private final Supplier<Scanner> scanners;
    private final GuardedCall call;
    private final HeldCalls calls;
    private final boolean checksText;
    private final boolean checksReasoning;
    private final boolean checksArguments;
    private @Nullable OpenText open;

    /** Comes after the text that it came behind; what is told later stands for what was told before. */
    private @Nullable UsageReported usage;

    ScannedStage(Guardrail guardrail, GuardedCall call) {
        this.guardrail = guardrail;
        this.call = call;
        scanners = () -> new Unescaping(Objects.requireNonNull(guardrail.scanner()));
        calls = new HeldCalls(guardrail.id());
        checksText = call.checks(guardrail, Part.TEXT);
        checksReasoning = call.checks(guardrail, Part.REASONING);
        checksArguments = call.checks(guardrail, Part.TOOL_ARGUMENTS);
    }

    @Override
    public void take(ChatChunk chunk, Consumer<ChatChunk> out) {
        if (chunk instanceof TextDelta delta && checksText) {
            text(Part.TEXT, out).take(delta.index(), delta.text(), chunk);
            usageAfterText(out);
        } else if (chunk instanceof ReasoningDelta delta && checksReasoning && !delta.redacted()) {
            reasoning(delta, out);
            usageAfterText(out);
        } else if (chunk instanceof UsageReported reported && isHolding()) {
            usage = reported;
        } else if (chunk instanceof StreamRestarted) {
            open = null;
            usage = null;
            calls.clear();
            out.accept(chunk);
        } else if (chunk instanceof UsageReported) {
            out.accept(chunk);
        } else {
            end(out);
            rest(chunk, out);
        }
    }

    private boolean isHolding() {
        return open != null && open.held.length() > 0;
    }

    private void usageAfterText(Consumer<ChatChunk> out) {
        UsageReported reported = usage;
        if (reported != null && !isHolding()) {
            usage = null;
            out.accept(reported);
        }
    }

    private OpenText text(Part part, Consumer<ChatChunk> out) {
        OpenText text = open;
        if (text == null || text.held.part() != part) {
            end(out);
            text = new OpenText(part, out);
            open = text;
        }
        return text;
    }

    /** A proof is of the thought as it was: it does not go with another. */
    private void reasoning(ReasoningDelta delta, Consumer<ChatChunk> out) {
        OpenText text = text(Part.REASONING, out);
        if (delta.signature() == null) {
            text.take(delta.index(), delta.text(), delta);
            return;
        }
        if (!delta.text().isEmpty()) {
            text.take(delta.index(), delta.text(), new ReasoningDelta(delta.index(), delta.text(), null));
        }
        end(out);
        if (!text.verdict.isChanged()) {
            out.accept(new ReasoningDelta(delta.index(), "", delta.signature()));
        }
    }

    private void rest(ChatChunk chunk, Consumer<ChatChunk> out) {
        if (checksArguments && chunk instanceof ToolCallDelta delta) {
            calls.add(delta);
        } else if (checksArguments && chunk instanceof ToolCallCompleted done) {
            calls.release(done, checked(done.call()), out);
        } else {
            out.accept(chunk);
        }
    }

    private ToolCall checked(ToolCall made) {
        Object input = JsonTexts.map(made.input(), this::checked);
        String invalid = made.invalidArguments();
        String checkedInvalid = invalid == null ? null : checked(invalid);
        return input.equals(made.input()) && Objects.equals(invalid, checkedInvalid)
                ? made
                : new ToolCall(made.id(), made.name(), asObject(input), checkedInvalid);
    }

    @SuppressWarnings("unchecked") // an object stays one
    private static Map<String, Object> asObject(Object input) {
        return (Map<String, Object>) input;
    }

    private String checked(String argument) {
        Scanner scanner = Objects.requireNonNull(guardrail.scanner());
        return call.scanned(guardrail, scanner, Part.TOOL_ARGUMENTS, argument);
    }

    /** Ends the text that is open, and releases the rest of it. */
    @Override
    public void end(Consumer<ChatChunk> out) {
        OpenText text = open;
        if (text != null) {
            open = null;
            text.end();
        }
        usageAfterText(out);
    }

    private final class OpenText {

        private final Scanner scanner = scanners.get();
        private final Verdict verdict = new Verdict();
        private final HeldText held;

        OpenText(Part part, Consumer<ChatChunk> out) {
            held = new HeldText(guardrail.id(), part, call.isTold(), out);
        }

        void take(int index, String text, ChatChunk chunk) {
            if (text.isEmpty()) {
                return;
            }
            int end = held.end() + text.length();
            int decided = scan(text);
            stopIfBlocked();
            if (decided < Math.max(held.start(), verdict.position()) || decided > end) {
                throw new GuardrailFailedException(
                        guardrail.id(), "says that it has decided up to " + decided + " of " + end + ".", null);
            }
            if (decided == end && held.length() == 0 && verdict.next() == null && !isHalf(text)) {
                held.pass(index, text, chunk);
                return;
            }
            held.append(index, text);
            release(wholeCharacters(decided));
        }

        private int scan(String text) {
            try {
                return scanner.scan(text, verdict);
            } catch (RuntimeException | StackOverflowError | LinkageError error) {
                throw GuardedCall.failure(guardrail, error);
            }
        }

        private static boolean isHalf(String text) {
            return Character.isHighSurrogate(text.charAt(text.length() - 1));
        }

        /** The first half of a pair waits for the other. */
        private int wholeCharacters(int decided) {
            return decided > held.start() && Character.isHighSurrogate(held.charAt(decided - 1))
                    ? Math.max(decided - 1, verdict.position())
                    : decided;
        }

        private void release(int upTo) {
            for (Verdict.Cut cut = verdict.next(); cut != null; cut = verdict.next()) {
                if (cut.start() < held.start()) {
                    throw new GuardrailFailedException(
                            guardrail.id(), "found something in what it had decided about.", null);
                }
                held.release(cut.start() - held.start());
                held.replace(cut.end() - cut.start(), cut.with());
                verdict.done();
            }
            held.release(upTo - held.start());
            held.flush();
        }

        void end() {
            try {
                scanner.end(verdict);
            } catch (RuntimeException | StackOverflowError | LinkageError error) {
                throw GuardedCall.failure(guardrail, error);
            }
            stopIfBlocked();
            release(held.end());
            if (call.isTold()) {
                String through = held.through();
                call.tell(guardrail, held.part(), through, verdict.result(through));
            }
        }

        private void stopIfBlocked() {
            if (verdict.isBlocked()) {
                GuardrailResult result = verdict.result(null);
                call.tell(guardrail, held.part(), "", result);
                throw call.blocked(guardrail, held.part(), result);
            }
        }
    }
}
