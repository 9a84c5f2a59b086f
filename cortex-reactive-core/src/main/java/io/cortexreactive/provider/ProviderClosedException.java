package io.cortexreactive.provider;

import io.cortexreactive.error.Lasting;
import io.cortexreactive.error.PartialAnswer;
import org.jspecify.annotations.Nullable;

/** The provider was closed before or during the call. Carries what had come. */
public final class ProviderClosedException extends ProviderException implements Lasting, PartialAnswer {

    private final String partialText;
    private final boolean possiblyBilled;

    /**
     * @param partialText what the model had said; empty if nothing
     * @param possiblyBilled whether the request may have reached the model
     */
    public ProviderClosedException(
            ProviderFailure failure, String partialText, boolean possiblyBilled, @Nullable Throwable cause) {
        super("provider_closed", "The provider has been closed", failure, cause);
        this.partialText = partialText;
        this.possiblyBilled = possiblyBilled;
    }

    /** What the model had said. */
    @Override
    public String partialText() {
        return partialText;
    }

    /** Whether the request may have been sent, so that the model may have run, and cost. */
    public boolean possiblyBilled() {
        return possiblyBilled;
    }
}
