package io.cortexreactive.guardrail.pii;

import java.util.Locale;

/** A kind of personal data. */
public enum PiiKind {
    /** An e-mail address, up to 64 characters before the @ and 253 behind it. */
    EMAIL("an e-mail address"),
    /**
     * A phone number: international with + or 00; national with a leading 0 and an area code, with one in parentheses,
     * or in groups of 3, 3 and 4 digits.
     */
    PHONE("a phone number"),
    /** The number of a payment card: 13 to 19 digits that begin as issuers' do and pass the Luhn check. */
    CARD("a card number"),
    /** An account number of ISO 13616, of its country's length and with right check digits. */
    IBAN("an IBAN"),
    /** An IPv4 or IPv6 address. */
    IP_ADDRESS("an IP address"),
    /** A number a state gave a person: of those countries that are switched on. */
    NATIONAL_ID("a national id");

    private final String description;
    private final String rule = name().toLowerCase(Locale.ROOT);

    PiiKind(String description) {
        this.description = description;
    }

    /** What violations call it. */
    public String rule() {
        return rule;
    }

    String description() {
        return description;
    }
}
