package io.cortexreactive.guardrail.pii;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.guardrail.GuardrailConfigurationException;
import io.cortexreactive.guardrail.GuardrailContent;
import io.cortexreactive.guardrail.GuardrailResult;
import io.cortexreactive.guardrail.OnViolation;
import io.cortexreactive.guardrail.Scanner;
import io.cortexreactive.guardrail.Violation;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PiiGuardrailTests {

    private static final PiiGuardrail ALL =
            PiiGuardrail.builder().nationalIds(NationalId.values()).build();

    private static GuardrailResult check(PiiGuardrail guardrail, String text) {
        return Objects.requireNonNull(
                guardrail.check(GuardrailContent.output(text)).block());
    }

    private static String masked(String text) {
        GuardrailResult result = check(PiiGuardrail.create(), text);
        return result.replacement() == null ? text : result.replacement();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Write to joe@example.com.                       | Write to [EMAIL].
            <joe.o'neill+x_1%y@mail.example.co.uk>, please  | <[EMAIL]>, please
            mailto:joe@example.com?subject=x                | mailto:[EMAIL]?subject=x
            jürgen@müller.example                           | [EMAIL]
            a@b.co and c@d.co                               | [EMAIL] and [EMAIL]
            Card 4111 1111 1111 1111, thanks                | Card [CARD], thanks
            4111-1111-1111-1111                             | [CARD]
            VISA4111111111111111                            | VISA[CARD]
            4111.1111.1111.1111 123                         | [CARD] 123
            378282246310005 or 5555555555554444             | [CARD] or [CARD]
            6011 1111 1111 1117 3530111333300000            | [CARD] [CARD]
            IBAN DE89 3704 0044 0532 0130 00.               | IBAN [IBAN].
            IBAN:GB29 NWBK 6016 1331 9268 19 ok             | IBAN:[IBAN] ok
            de89370400440532013000                          | [IBAN]
            MT84 MALT 0110 0001 2345 MTLC AST0 01S and      | [IBAN] and
            call +49 170 1234567 now                        | call [PHONE] now
            +49 (0)170/123-4567                             | [PHONE]
            tel:+14155552671                                | tel:[PHONE]
            0049 170 1234567                                | [PHONE]
            030 1234567 or 01 23 45 67 89                   | [PHONE] or [PHONE]
            (555) 123-4567 and 1-800-555-0199               | [PHONE] and [PHONE]
            host 192.168.0.1:8080                           | host [IP_ADDRESS]:8080
            at 2001:db8::8a2e:370:7334 and ::1              | at [IP_ADDRESS] and [IP_ADDRESS]
            [fe80::1ff:fe23:4567:890a]                      | [[IP_ADDRESS]]
            2001:0db8:85a3:0000:0000:8a2e:0370:7334         | [IP_ADDRESS]
            ::ffff:10.0.0.1                                 | [IP_ADDRESS]
            4111·1111·1111·1111 4111•1111•1111•1111         | [CARD] [CARD]
            4111⠀1111⠀1111⠀1111                             | [CARD]
            joe@example。com。                                | [EMAIL]。
            • joe@example.com • 030 1234567                 | • [EMAIL] • [PHONE]
            """)
    void masksWhatIsPersonal(String text, String expected) {
        assertThat(masked(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "In 2024, 3 of 4 people had 1,234,567.89 in 12 accounts.",
                "4111 1111 1111 1112",
                "DE88 3704 5544 5532 5130 55",
                "user@localhost, @handle, a @ b, me@",
                "Version 1.2.3.4.5, 999.1.1.1, 1.2.3",
                "At 10:20:30 on 2024-01-02, 01/02/2024 or 01.02.2024 12:30",
                "std::vector<int> and Face::add",
                "Order 20240102030405, timestamp 1700000000000",
                "0.123456789 and pi is 3.14159265",
                "aa:bb:cc:dd:ee:ff",
                "It is of no use to go on at it.",
                "Ein Satz ohne alles, mit Umläuten: äöüß.",
                "你好，世界。これはテストです。"
            })
    void leavesTheRestAlone(String text) {
        assertThat(check(PiiGuardrail.create(), text)).isEqualTo(GuardrailResult.pass());
    }

    @ParameterizedTest
    @CsvSource({
        "BE, 85.07.30-033.28, 85.07.30-033.29",
        "BR, 529.982.247-25, 529.982.247-26",
        "CH, 756.9217.0769.85, 756.9217.0769.86",
        "DE, 86 095 742 719, 86 095 742 718",
        "ES, 12345678Z, 12345678A",
        "ES, X1234567L, X1234567A",
        "FR, 2 55 08 14 168 025 38, 2 55 08 14 168 025 39",
        "GB, AB 12 34 56 C, BG 12 34 56 C",
        "IN, 2341 2341 2346, 2341 2341 2347",
        "IT, RSSMRA85T10A562S, RSSMRA85T10A562T",
        "NL, 111222333, 111222334",
        "PL, 44051401359, 44051401358",
        "SE, 811218-9876, 811218-9875",
        "US, 123-45-6789, 000-45-6789"
    })
    void nationalIdsAreOfTheCountriesSwitchedOn(NationalId country, String right, String wrong) {
        PiiGuardrail one = PiiGuardrail.builder()
                .kinds(PiiKind.NATIONAL_ID)
                .nationalIds(country)
                .build();

        assertThat(check(one, "It is " + right + ", I say.").replacement()).isEqualTo("It is [NATIONAL_ID], I say.");
        assertThat(check(one, "It is " + wrong + ", I say.").replacement()).isNull();
        assertThat(check(PiiGuardrail.builder().kinds(PiiKind.NATIONAL_ID).build(), right)
                        .replacement())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111\u200B1111\u200D11\uFEFF11 1111",
                "41\u202E11 11\u206611 11\u206911 1111",
                "4\u03361\u03361\u03361\u0336111111111111",
                "４１１１　１１１１　１１１１　１１１１",
                "\uD835\uDFD2\uD835\uDFCF\uD835\uDFCF\uD835\uDFCF 1111 1111 1111",
                "٤١١١ ١١١١ ١١١١ ١١١١",
                "4111\uDB40\uDC31 1111 1111 1111",
                "4111‑1111–1111−1111"
            })
    void whatPeopleDoNotSeeHidesNothing(String card) {
        assertThat(masked("Take " + card + ", ok")).isEqualTo("Take [CARD], ok");
        assertThat(masked("joe\u200B@exa\u00ADmple\u2060.com")).isEqualTo("[EMAIL]");
        assertThat(masked("joe＠example．com")).isEqualTo("[EMAIL]");
    }

    @Test
    void tellsWhereItIsInTheTextAsItCame() {
        String text = "\uD83D\uDE00 joe\u200B@example.com!";

        Violation violation = check(PiiGuardrail.create(), text).violations().get(0);

        assertThat(text.substring(violation.start(), violation.end())).isEqualTo("joe\u200B@example.com");
        assertThat(violation.rule()).isEqualTo("email");
        assertThat(violation.description()).doesNotContain("joe");
    }

    @Test
    void blocksMasksAndReportsByKind() {
        PiiGuardrail mixed = PiiGuardrail.builder()
                .onViolation(PiiKind.CARD, OnViolation.BLOCK)
                .onViolation(PiiKind.EMAIL, OnViolation.REPORT)
                .mask("***")
                .build();

        GuardrailResult reported = check(mixed, "joe@example.com, +49 170 1234567");
        GuardrailResult blocked = check(mixed, "joe@example.com, 4111111111111111, +49 170 1234567");

        assertThat(reported.replacement()).isEqualTo("joe@example.com, ***");
        assertThat(reported.violations()).extracting(Violation::rule).containsExactly("email", "phone");
        assertThat(blocked.passed()).isFalse();
        assertThat(blocked.violations()).extracting(Violation::rule).containsExactly("email", "card");
    }

    @Test
    void findsWhatStandsInLongRunsWithoutEnd() {
        String run = "1 a ".repeat(2_000);

        assertThat(check(ALL, run + "4111111111111111 " + run).violations())
                .extracting(Violation::rule)
                .contains("card");
        assertThat(check(ALL, "x".repeat(5_000) + "@example.com").violations()).hasSize(1);
    }

    @Test
    void failsRatherThanKeepEndlessInvisibleText() {
        String hidden = "4111" + "\u200B".repeat(20_000) + "111111111111";

        assertThatThrownBy(() -> check(ALL, hidden)).isInstanceOf(LimitExceededException.class);
        assertThat(check(ALL, "Hello " + "\u200B".repeat(20_000)).passed()).isTrue();
    }

    @Test
    void keepsBackNoMoreThanTheWordThatIsComing() {
        Scanner scanner = PiiGuardrail.create().scanner();
        String prose = "This is the answer to it, in many words of more or less length, and no";

        int decided = scanner.scan(prose, new NoFindings());

        assertThat(prose.substring(decided)).isEqualTo("no");
    }

    @Test
    void hasToLookForSomething() {
        assertThatThrownBy(() -> PiiGuardrail.builder().kinds().build())
                .isInstanceOf(GuardrailConfigurationException.class);
    }

    private static final class NoFindings implements Scanner.Findings {
        @Override
        public void report(Violation violation) {
            throw new AssertionError(violation);
        }

        @Override
        public void mask(Violation violation, String replacement) {
            throw new AssertionError(violation);
        }

        @Override
        public void block(Violation violation) {
            throw new AssertionError(violation);
        }
    }
}
