package dev.phigate.policies.pack;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A standard or implementation specification of the HIPAA Security Rule, 45 CFR Part 164 Subpart C. A rule that cites one supports it;
 * no rule satisfies one by itself.
 */
public enum Citation {
    /** Risk analysis. */
    S164_308_A_1_II_A("164.308(a)(1)(ii)(A)", "Risk analysis"),
    /** Risk management. */
    S164_308_A_1_II_B("164.308(a)(1)(ii)(B)", "Risk management"),
    /** Information system activity review. */
    S164_308_A_1_II_D("164.308(a)(1)(ii)(D)", "Information system activity review"),
    /** Workforce security. */
    S164_308_A_3_I("164.308(a)(3)(i)", "Workforce security"),
    /** Authorization and/or supervision. */
    S164_308_A_3_II_A("164.308(a)(3)(ii)(A)", "Authorization and/or supervision"),
    /** Workforce clearance procedure. */
    S164_308_A_3_II_B("164.308(a)(3)(ii)(B)", "Workforce clearance procedure"),
    /** Termination procedures. */
    S164_308_A_3_II_C("164.308(a)(3)(ii)(C)", "Termination procedures"),
    /** Information access management. */
    S164_308_A_4_I("164.308(a)(4)(i)", "Information access management"),
    /** Isolating health care clearinghouse functions. */
    S164_308_A_4_II_A("164.308(a)(4)(ii)(A)", "Isolating health care clearinghouse functions"),
    /** Access authorization. */
    S164_308_A_4_II_B("164.308(a)(4)(ii)(B)", "Access authorization"),
    /** Access establishment and modification. */
    S164_308_A_4_II_C("164.308(a)(4)(ii)(C)", "Access establishment and modification"),
    /** Protection from malicious software. */
    S164_308_A_5_II_B("164.308(a)(5)(ii)(B)", "Protection from malicious software"),
    /** Log-in monitoring. */
    S164_308_A_5_II_C("164.308(a)(5)(ii)(C)", "Log-in monitoring"),
    /** Password management. */
    S164_308_A_5_II_D("164.308(a)(5)(ii)(D)", "Password management"),
    /** Security incident procedures. */
    S164_308_A_6_I("164.308(a)(6)(i)", "Security incident procedures"),
    /** Response and reporting. */
    S164_308_A_6_II("164.308(a)(6)(ii)", "Response and reporting"),
    /** Contingency plan. */
    S164_308_A_7_I("164.308(a)(7)(i)", "Contingency plan"),
    /** Data backup plan. */
    S164_308_A_7_II_A("164.308(a)(7)(ii)(A)", "Data backup plan"),
    /** Disaster recovery plan. */
    S164_308_A_7_II_B("164.308(a)(7)(ii)(B)", "Disaster recovery plan"),
    /** Emergency mode operation plan. */
    S164_308_A_7_II_C("164.308(a)(7)(ii)(C)", "Emergency mode operation plan"),
    /** Testing and revision procedures. */
    S164_308_A_7_II_D("164.308(a)(7)(ii)(D)", "Testing and revision procedures"),
    /** Applications and data criticality analysis. */
    S164_308_A_7_II_E("164.308(a)(7)(ii)(E)", "Applications and data criticality analysis"),
    /** Evaluation. */
    S164_308_A_8("164.308(a)(8)", "Evaluation"),
    /** Business associate contracts and other arrangements. */
    S164_308_B_1("164.308(b)(1)", "Business associate contracts and other arrangements"),
    /** Access control. */
    S164_312_A_1("164.312(a)(1)", "Access control"),
    /** Unique user identification. */
    S164_312_A_2_I("164.312(a)(2)(i)", "Unique user identification"),
    /** Emergency access procedure. */
    S164_312_A_2_II("164.312(a)(2)(ii)", "Emergency access procedure"),
    /** Automatic logoff. */
    S164_312_A_2_III("164.312(a)(2)(iii)", "Automatic logoff"),
    /** Encryption and decryption. */
    S164_312_A_2_IV("164.312(a)(2)(iv)", "Encryption and decryption"),
    /** Audit controls. */
    S164_312_B("164.312(b)", "Audit controls"),
    /** Integrity. */
    S164_312_C_1("164.312(c)(1)", "Integrity"),
    /** Mechanism to authenticate electronic protected health information. */
    S164_312_C_2("164.312(c)(2)", "Mechanism to authenticate electronic protected health information"),
    /** Person or entity authentication. */
    S164_312_D("164.312(d)", "Person or entity authentication"),
    /** Transmission security. */
    S164_312_E_1("164.312(e)(1)", "Transmission security"),
    /** Integrity controls. */
    S164_312_E_2_I("164.312(e)(2)(i)", "Integrity controls"),
    /** Encryption. */
    S164_312_E_2_II("164.312(e)(2)(ii)", "Encryption"),
    /** Policies and procedures. */
    S164_316_A("164.316(a)", "Policies and procedures"),
    /** Documentation of an action, activity or assessment. */
    S164_316_B_1_II("164.316(b)(1)(ii)", "Documentation of an action, activity or assessment"),
    /** Time limit (six years, of documentation). */
    S164_316_B_2_I("164.316(b)(2)(i)", "Time limit (six years, of documentation)"),
    /** Updates of documentation. */
    S164_316_B_2_III("164.316(b)(2)(iii)", "Updates of documentation");

    private static final Map<String, Citation> BY_SECTION =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Citation::section, Function.identity()));

    private final String section;
    private final String title;

    Citation(String section, String title) {
        this.section = section;
        this.title = title;
    }

    /** The section, such as {@code 164.312(e)(1)}. */
    public String section() {
        return section;
    }

    /** Its title in the rule. */
    public String title() {
        return title;
    }

    /** Section and title, as messages cite it. */
    public String cited() {
        return section + " " + title;
    }

    /**
     * The citation of a section.
     *
     * @throws IllegalArgumentException when the table has none
     */
    public static Citation of(String section) {
        Citation citation = BY_SECTION.get(section);
        if (citation == null) {
            throw new IllegalArgumentException("no citation of 45 CFR " + section);
        }
        return citation;
    }
}
