package io.cortexreactive;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.error.Stopping;

/** A call came after {@link Cortex#close()}, or was not done when that could wait no longer. */
public final class CortexClosedException extends CortexException implements Lasting, Stopping {

    CortexClosedException() {
        super("closed", "This Cortex is closed. Make calls before close(), or build another one.", null);
    }
}
