package io.cortexreactive.tool;

import io.cortexreactive.error.Lasting;

/** A tool requires approval, and the run has nobody to ask. Raised before any tool of the batch runs. */
public final class ToolApprovalMissingException extends ToolException implements Lasting {

    ToolApprovalMissingException(String tool) {
        super(
                "tool_approval_missing",
                "Tool '" + tool + "' requires approval, and nobody is there to give it: start the run with a"
                        + " ToolApproval.",
                null);
    }
}
