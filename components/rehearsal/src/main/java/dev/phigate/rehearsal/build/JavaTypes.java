package dev.phigate.rehearsal.build;

import java.lang.classfile.Signature;
import java.lang.classfile.Signature.ClassTypeSig;
import java.lang.classfile.Signature.TypeArg;
import java.util.List;

/**
 * How a type of the Java SDK reads in the index: {@code string}, {@code int}, {@code number}, {@code bool}, {@code any}, {@code asset},
 * {@code list<T>}, {@code map<T>}, {@code either<A,B>}, or the path of a class of the SDK.
 *
 * @param root the SDK's Java package, with a slash at its end
 */
record JavaTypes(String root) {
    /** The text of a field's type, without what wraps it at run time only. */
    String text(Signature signature) {
        if (!(signature instanceof ClassTypeSig type)) {
            return primitive(signature.signatureString());
        }
        String name = type.className();
        List<Signature> arguments =
                type.typeArgs().stream().map(JavaTypes::bound).toList();
        String qualified =
                type.outerType().map(outer -> outer.className() + "$" + name).orElse(name);
        return switch (qualified) {
            case "com/pulumi/core/Output", "java/util/Optional" -> text(arguments.getFirst());
            case "java/util/List" -> "list<" + text(arguments.getFirst()) + ">";
            case "java/util/Map" -> "map<" + text(arguments.getLast()) + ">";
            case "com/pulumi/core/Either" ->
                "either<" + text(arguments.getFirst()) + "," + text(arguments.getLast()) + ">";
            case "java/lang/String" -> "string";
            case "java/lang/Boolean" -> "bool";
            case "java/lang/Integer" -> "int";
            case "java/lang/Double" -> "number";
            case "com/pulumi/asset/Asset", "com/pulumi/asset/Archive", "com/pulumi/asset/AssetOrArchive" -> "asset";
            default -> qualified.startsWith(root) ? qualified.substring(root.length()) : "any";
        };
    }

    /** Whether a field may be absent: an output says so by its type. */
    static boolean isOptional(Signature signature) {
        return signature instanceof ClassTypeSig output
                && output.className().equals("com/pulumi/core/Output")
                && bound(output.typeArgs().getFirst()) instanceof ClassTypeSig inner
                && inner.className().equals("java/util/Optional");
    }

    private static Signature bound(TypeArg argument) {
        return argument instanceof TypeArg.Bounded bounded
                ? bounded.boundType()
                : Signature.of(Object.class.describeConstable().orElseThrow());
    }

    private static String primitive(String descriptor) {
        return switch (descriptor) {
            case "Z" -> "bool";
            case "I" -> "int";
            case "D" -> "number";
            default -> "any";
        };
    }
}
