package io.cortexreactive.guardrail.pii;

import java.util.List;
import java.util.function.Predicate;

/** A number that a state gives a person. Recognised by its layout and, where it has one, its check digit. */
public enum NationalId {
    /** Belgium: Rijksregisternummer. */
    BE(CheckDigits::belgian, "99999999999"),
    /** Brazil: CPF. */
    BR(CheckDigits::brazilian, "99999999999"),
    /** Switzerland: AHV number. */
    CH(CheckDigits::swiss, "9999999999999"),
    /** Germany: Steuer-Identifikationsnummer. */
    DE(CheckDigits::german, "99999999999"),
    /** Spain: DNI and NIE. */
    ES(CheckDigits::spanish, "99999999A", "A9999999A"),
    /** France: numéro de sécurité sociale, with its key. */
    FR(CheckDigits::french, "999999X99999999"),
    /** United Kingdom: National Insurance number; it has no check digit. */
    GB(CheckDigits::british, "AA999999A"),
    /** India: Aadhaar. */
    IN(CheckDigits::indian, "999999999999"),
    /** Italy: codice fiscale. */
    IT(CheckDigits::italian, "AAAAAAXXAXXAXXXA"),
    /** Netherlands: Burgerservicenummer. */
    NL(CheckDigits::dutch, "999999999"),
    /** Poland: PESEL. */
    PL(CheckDigits::polish, "99999999999"),
    /** Sweden: personnummer. */
    SE(CheckDigits::swedish, "999999=9999", "99999999=9999"),
    /** United States: Social Security number, written with separators; it has no check digit. */
    US(CheckDigits::american, "999=99=9999");

    private final Predicate<String> check;
    private final List<String> layouts;

    NationalId(Predicate<String> check, String... layouts) {
        this.check = check;
        this.layouts = List.of(layouts);
    }

    /** 9 is a digit, A a letter, X either, = a separator that must be there. */
    List<String> layouts() {
        return layouts;
    }

    /** @param number without separators, letters in upper case */
    boolean isValid(String number) {
        return check.test(number);
    }
}
