package io.cortexreactive.prompt;

import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;

/**
 * A version by which prompts are found and ordered: {@code 1}, {@code v1} and {@code 1.0.0} are one and the same.
 *
 * @param text as it was written, without a leading v
 * @param semver what it means
 */
record PromptVersion(String text, Semver semver) implements Comparable<PromptVersion> {

    /**
     * Reads a version.
     *
     * @throws PromptSyntaxException if it is none
     */
    static PromptVersion of(String prompt, String text) {
        PromptVersion version = parse(text);
        if (version == null) {
            throw new PromptSyntaxException(
                    "Prompt '" + prompt + "'",
                    0,
                    "has no version such as 1, 1.2 or 1.2.0-beta.1: '" + text + "'",
                    null);
        }
        return version;
    }

    static @Nullable PromptVersion parse(String text) {
        String plain = text.startsWith("v") ? text.substring(1) : text;
        int end = plain.length();
        for (int i = 0; i < plain.length() && end == plain.length(); i++) {
            if (plain.charAt(i) == '-' || plain.charAt(i) == '+') {
                end = i;
            }
        }
        String numbers = plain.substring(0, end);
        long dots = numbers.chars().filter(c -> c == '.').count();
        String whole = numbers + (dots == 0 ? ".0.0" : dots == 1 ? ".0" : "") + plain.substring(end);
        Semver semver = Semver.parse(whole);
        return semver == null ? null : new PromptVersion(plain, semver);
    }

    @Override
    public int compareTo(PromptVersion other) {
        return semver.compareTo(other.semver);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PromptVersion that && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * semver.getMajor() + semver.getMinor();
    }

    @Override
    public String toString() {
        return text;
    }
}
