package io.cortexreactive.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTests {

    private static final Map<String, Object> VARIABLES = variables();

    private static Map<String, Object> variables() {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("name", "Ada");
        variables.put("nothing", null);
        variables.put("empty", "");
        variables.put("zero", 0);
        variables.put("yes", true);
        variables.put("date", "2026-03-04T23:30:00Z");
        variables.put("day", LocalDate.of(2026, 3, 4));
        variables.put("text", "one\n\ntwo");
        variables.put("tags", List.of("a", "b", "c"));
        variables.put("none", List.of());
        variables.put("user", Map.of("name", "Grace", "address", Map.of("city", "Paris")));
        variables.put("people", List.of(Map.of("first", "Ada"), Map.of("first", "Grace")));
        variables.put("prices", new LinkedHashMap<>(Map.of("apple", 2)));
        variables.put("fruit", "apple");
        return variables;
    }

    private static String render(String template) {
        return Prompt.of("test", template).render(VARIABLES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "{{name}}§Ada",
                "{{{name}}}§Ada",
                "{{& name}}§Ada",
                "{{user.address.city}}§Paris",
                "{{tags.[1]}}{{tags.length}}§b3",
                "[{{nothing}}{{empty}}]§[]",
                "{{#if name}}y{{else}}n{{/if}}§y",
                "{{#if nothing}}y{{else}}n{{/if}}§n",
                "{{#if zero}}y{{else if yes}}e{{else}}n{{/if}}§e",
                "{{#if no.such.thing}}y{{else}}n{{/if}}§n",
                "{{#unless none}}y{{else}}n{{/unless}}§y",
                "{{#unless missing}}y{{/unless}}§y",
                "{{#each tags}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}§a, b, c",
                "{{#each tags}}{{@index}}{{@first}} {{/each}}§0true 1false 2false ",
                "{{#each tags as |tag i|}}{{i}}{{tag}}{{../name}}{{/each}}§0aAda1bAda2cAda",
                "{{#each prices}}{{@key}}={{this}}{{/each}}§apple=2",
                "{{#each none}}x{{else}}empty{{/each}}§empty",
                "{{#each nothing}}x{{else}}empty{{/each}}§empty",
                "{{#each people}}{{first}}{{#unless @last}} and {{/unless}}{{/each}}§Ada and Grace",
                "{{#each people}}{{#with this}}{{first}}{{../../name}}{{/with}}{{/each}}§AdaAdaGraceAda",
                "{{#with user}}{{name}} {{address.city}} {{../name}} {{@root.fruit}}{{/with}}§Grace Paris Ada apple",
                "{{#with user as |u|}}{{u.name}}{{/with}}§Grace",
                "{{#with nothing}}x{{else}}none{{/with}}§none",
                "{{#user}}{{address.city}}{{/user}}§Paris",
                "{{#tags}}{{this}}{{/tags}}§abc",
                "{{#yes}}{{name}}{{/yes}}§Ada",
                "{{^none}}none{{/none}}§none",
                "{{join tags}}§a, b, c",
                "{{join tags '; '}}§a; b; c",
                "{{join tags separator='-'}}§a-b-c",
                "{{json user.address}}§{\"city\":\"Paris\"}",
                "{{json name}} {{json nothing}} {{json tags}}§\"Ada\" null [\"a\",\"b\",\"c\"]",
                "{{default nothing 'x'}}{{default missing.path 'y'}}{{default name 'z'}}{{default zero 1}}§xyAda0",
                "{{indent name 3}}§   Ada",
                "{{dateFormat date}}§2026-03-04",
                "{{dateFormat date 'd MMM yyyy HH:mm' tz='Europe/Berlin'}}§5 Mar 2026 00:30",
                "{{dateFormat day 'EEEE' locale='de'}}§Mittwoch",
                "{{dateFormat zero 'yyyy'}}§1970",
                "{{date}}§2026-03-04T23:30:00Z",
                "{{lookup prices fruit}}{{lookup tags 0}}§2a",
                "{{default (lookup prices 'pear') 'none'}}§none",
                "{{#if (lookup prices 'pear')}}y{{else}}n{{/if}}§n",
                "a{{! a comment }}b{{!-- {{another}} --}}c§abc",
                "\\{{name}} {{name}}§{{name}} Ada",
                "<b> {{name}} & \"q\"§<b> Ada & \"q\"",
            })
    void renders(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    @Test
    void linesOfBlocksLeaveNoBlankLines() {
        assertThat(render("Tags:\n{{#each tags}}\n- {{this}}\n{{/each}}\nEnd\n"))
                .isEqualTo("Tags:\n- a\n- b\n- c\nEnd\n");
    }

    @Test
    void indentsEachLine() {
        assertThat(render("{{indent text 2}}")).isEqualTo("  one\n\n  two");
    }

    @Test
    void jsonMayBePretty() {
        assertThat(render("{{json user.address pretty=true}}")).contains("\n  \"city\" : \"Paris\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{missing}}",
                "{{{missing}}}",
                "{{user.missing}}",
                "{{user.name.missing}}",
                "{{tags.[9]}}",
                "{{../name}}",
                "{{this.missing}}",
                "{{@index}}",
                "{{@root.missing}}",
                "{{#each missing}}x{{/each}}",
                "{{#each user.missing}}x{{/each}}",
                "{{#each name}}x{{/each}}",
                "{{#each people}}{{last}}{{/each}}",
                "{{#with missing}}x{{/with}}",
                "{{#missing}}x{{/missing}}",
                "{{^missing}}x{{/missing}}",
                "{{join missing}}",
                "{{join tags missing}}",
                "{{join tags separator=missing}}",
                "{{join name}}",
                "{{join people}}",
                "{{json missing}}",
                "{{default nothing missing}}",
                "{{indent missing 2}}",
                "{{indent name -1}}",
                "{{indent name 1000000}}",
                "{{dateFormat missing}}",
                "{{dateFormat name}}",
                "{{dateFormat date 'no such pattern'}}",
                "{{dateFormat date tz='Atlantis'}}",
                "{{lookup prices 'pear'}}",
                "{{lookup prices missing}}",
                "{{lookup user 'fruit'}}",
                "{{join (lookup prices 'pear')}}",
                "{{json}}",
                "{{#json tags}}x{{/json}}",
                "{{if yes}}",
                "{{tags}}",
                "{{user}}",
                "{{> missing}}",
            })
    void whatIsNotThereIsAnError(String template) {
        Prompt prompt = Prompt.of("test", template);

        assertThatThrownBy(() -> prompt.render(VARIABLES)).isInstanceOf(PromptRenderException.class);
    }

    @Test
    void errorsSayWhatIsMissingAndWhere() {
        Prompt prompt = Prompt.of("test", "Hello\n  {{user.nmae}}");

        assertThatThrownBy(() -> prompt.render(VARIABLES))
                .hasMessage("Prompt 'test' 1.0.0:2: there is no 'user.nmae'")
                .isInstanceOfSatisfying(
                        PromptRenderException.class,
                        error -> assertThat(error.line()).isEqualTo(2));
    }

    @Test
    void errorAtTheVeryBeginningIsToldAsAnyOther() {
        assertThatThrownBy(() -> Prompt.of("test", "{{#each name}}x{{/each}}").render(VARIABLES))
                .isInstanceOf(PromptRenderException.class)
                .hasMessageContaining("'each' needs a list or a map, and is given 'Ada'");
    }

    @Test
    void valuesAreNeverTemplates() {
        Map<String, Object> hostile = Map.of("said", "{{name}} {{> x}} {{#each a}}", "name", "Ada");

        assertThat(Prompt.of("test", "{{said}}").render(hostile)).isEqualTo("{{name}} {{> x}} {{#each a}}");
    }

    @Test
    void valuesOfManyKindsBecomePlain() {
        Map<String, Object> values = new HashMap<>();
        values.put("array", new int[] {1, 2});
        values.put("set", Arrays.asList("x", null));
        values.put("some", Optional.of(3));
        values.put("kind", Thread.State.NEW);
        values.put("at", Instant.EPOCH);
        values.put("keyed", Map.of(Thread.State.NEW, 1L));
        values.put("large", 1e21);

        assertThat(Prompt.of("test", "{{join array}} {{join set '-'}} {{some}} {{kind}} {{at}} {{keyed.NEW}} {{large}}")
                        .render(values))
                .isEqualTo("1, 2 x- 3 NEW 1970-01-01T00:00:00Z 1 1000000000000000000000");
    }
}
