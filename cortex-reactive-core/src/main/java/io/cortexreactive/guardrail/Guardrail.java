package io.cortexreactive.guardrail;

import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.guardrail.GuardrailContent.Source;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Decides about texts: passes them, changes them, or blocks. Thread-safe: one instance serves all calls.
 *
 * <p>With a {@link #scanner()} it decides about a stream as it comes. Without, {@link #check} is asked about as much of
 * a stream as {@link #holdBack()} says, on a thread where it may block and be slow; then nothing is let through before
 * it has answered.
 */
public interface Guardrail {

    /** What requests and configuration call it. */
    String id();

    /**
     * Decides about a text. An error, no answer, and an empty answer all fail the call: what is not checked does not
     * pass.
     *
     * @return cold; cancelled when the call is
     */
    Mono<GuardrailResult> check(GuardrailContent content);

    /**
     * How much of a stream it must see at once. Ignored if there is a {@link #scanner()}, which knows by itself.
     *
     * @return {@link HoldBack#whole()} by default
     */
    default HoldBack holdBack() {
        return HoldBack.whole();
    }

    /**
     * A new scanner for one text, which decides as {@link #check} does. It runs on the thread that delivers, so it must
     * be quick and never block.
     *
     * @return null by default: there is none
     */
    default @Nullable Scanner scanner() {
        return null;
    }

    /** Whether it has a say about such texts; about all by default. */
    default boolean checks(Source source, Part part) {
        return true;
    }

    /** Releases what it holds, where it is registered when its registry's owner closes. Nothing by default. */
    default Mono<Void> close() {
        return Mono.empty();
    }
}
