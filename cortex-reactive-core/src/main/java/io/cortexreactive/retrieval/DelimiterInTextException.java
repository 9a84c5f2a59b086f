package io.cortexreactive.retrieval;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;

/** A text that was found has the random line that is to delimit it. Another attempt draws another line. */
public final class DelimiterInTextException extends CortexException implements Transient {

    DelimiterInTextException() {
        super("delimiter_in_text", "A text that was retrieved has the line that was to delimit it.", null);
    }
}
