package io.cortexreactive.error;

/** A key or password was blank. */
public final class InvalidSecretException extends CortexException implements Lasting {

    InvalidSecretException() {
        super("invalid_secret", "A secret is blank. Give the key itself, or leave the setting out.", null);
    }
}
