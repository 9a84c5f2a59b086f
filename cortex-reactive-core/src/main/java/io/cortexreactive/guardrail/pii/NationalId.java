package io.cortexreactive.guardrail.pii;

/** A number that a state gives a person. Recognised by its layout and, where it has one, its check digit. */
public enum NationalId {
    /** Belgium: Rijksregisternummer. */
    BE("99999999999"),
    /** Brazil: CPF. */
    BR("99999999999"),
    /** Switzerland: AHV number. */
    CH("9999999999999"),
    /** Germany: Steuer-Identifikationsnummer. */
    DE("99999999999"),
    /** Spain: DNI and NIE. */
    ES("99999999A", "A9999999A"),
    /** France: numéro de sécurité sociale, with its key. */
    FR("999999X99999999"),
    /** United Kingdom: National Insurance number; it has no check digit. */
    GB("AA999999A"),
    /** India: Aadhaar. */
    IN("999999999999"),
    /** Italy: codice fiscale. */
    IT("AAAAAAXXAXXAXXXA"),
    /** Netherlands: Burgerservicenummer. */
    NL("999999999"),
    /** Poland: PESEL. */
    PL("99999999999"),
    /** Sweden: personnummer. */
    SE("999999=9999", "99999999=9999"),
    /** United States: Social Security number, written with separators; it has no check digit. */
    US("999=99=9999");

    private final String layout;
    private final String other;

    NationalId(String layout) {
        this(layout, "");
    }

    NationalId(String layout, String other) {
        this.layout = layout;
        this.other = other;
    }

    /** 9 is a digit, A a letter, X either, = a separator that must be there. */
    String layout() {
        return layout;
    }

    /** A second layout; empty if there is none. */
    String otherLayout() {
        return other;
    }

    /** @param number without separators, letters in upper case */
    boolean isValid(String number) {
        return switch (this) {
            case BE -> CheckDigits.belgian(number);
            case BR -> CheckDigits.brazilian(number);
            case CH -> CheckDigits.swiss(number);
            case DE -> CheckDigits.german(number);
            case ES -> CheckDigits.spanish(number);
            case FR -> CheckDigits.french(number);
            case GB -> CheckDigits.british(number);
            case IN -> CheckDigits.indian(number);
            case IT -> CheckDigits.italian(number);
            case NL -> CheckDigits.dutch(number);
            case PL -> CheckDigits.polish(number);
            case SE -> CheckDigits.swedish(number);
            case US -> CheckDigits.american(number);
        };
    }
}
