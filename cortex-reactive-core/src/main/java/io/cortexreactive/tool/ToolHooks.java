package io.cortexreactive.tool;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.plugin.Hook;
import java.util.Map;

/**
 * Where plugins hook into calls of tools. They count within the tool's timeout; before an approval, they have as long
 * again.
 */
public final class ToolHooks {

    /**
     * Before a tool runs and anybody is asked to approve it, when its arguments are valid. A handler may change the
     * input, which is checked again. A veto is an error result that tells the model why.
     */
    public static final Hook<Calling> BEFORE_EXECUTE = Hook.of("tool.before_execute", Calling.class);

    /**
     * When a tool has ended, before its output is checked. A handler may change the result; a veto makes it an error.
     */
    public static final Hook<Called> AFTER_EXECUTE = Hook.of("tool.after_execute", Called.class);

    private ToolHooks() {}

    /**
     * A call about to be made.
     *
     * @param call of a changed one only the input counts
     * @param context what the tool is told; a changed one does not count
     */
    public record Calling(ToolCall call, ToolContext context) {

        /** The same, with another input. */
        public Calling withInput(Map<String, Object> input) {
            return new Calling(new ToolCall(call.id(), call.name(), input, null), context);
        }
    }

    /**
     * A call that was made.
     *
     * @param call as it was made; a changed one does not count
     * @param context what the tool was told; a changed one does not count
     * @param result what came of it
     */
    public record Called(ToolCall call, ToolContext context, ToolResult result) {

        /** The same, with another result. */
        public Called withResult(ToolResult value) {
            return new Called(call, context, value);
        }
    }
}
