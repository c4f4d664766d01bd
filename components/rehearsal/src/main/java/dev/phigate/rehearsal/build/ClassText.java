package dev.phigate.rehearsal.build;

import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Signature;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one class of an SDK says about types, as lines of the index:
 *
 * <pre>
 * resource aws:ec2/vpc:Vpc ec2/VpcArgs     then its outputs: "= name type", "~ name type" when it may be absent
 * function aws:ec2/getAmi:getAmi ec2/inputs/GetAmiPlainArgs ec2/outputs/GetAmiResult
 * object ec2/VpcArgs                       then its fields: "+ name type" when required, else "- name type"
 * enum ec2/enums/Tenancy                   then its values: ". default"
 * </pre>
 */
final class ClassText {
    private static final String ANNOTATIONS = "Lcom/pulumi/core/annotations/";
    private static final String NULLABLE = "Ljavax/annotation/Nullable;";

    private final ClassModel model;
    private final JavaTypes types;
    private final StringBuilder text = new StringBuilder();

    private ClassText(ClassModel model, JavaTypes types) {
        this.model = model;
        this.types = types;
    }

    /** The lines of a class; empty when it says nothing. */
    static String of(ClassModel model, JavaTypes types) {
        ClassText lines = new ClassText(model, types);
        String path = lines.path();
        if (path.endsWith("Functions")) {
            lines.functions();
        } else if (lines.annotation(ANNOTATIONS + "ResourceType;").isPresent()) {
            lines.resource();
        } else if (lines.annotation(ANNOTATIONS + "EnumType;").isPresent()) {
            lines.enumeration();
        } else if (lines.annotation(ANNOTATIONS + "CustomType;").isPresent()) {
            lines.result();
        } else if (path.endsWith("Args") || path.startsWith("inputs/") || path.contains("/inputs/")) {
            lines.inputs();
        }
        return lines.text.toString();
    }

    private String path() {
        return model.thisClass().asInternalName().substring(types.root().length());
    }

    private void resource() {
        String token = value(annotation(ANNOTATIONS + "ResourceType;").orElseThrow(), "type");
        text.append("resource ").append(token).append(' ').append(path()).append("Args\n");
        for (FieldModel field : model.fields()) {
            annotation(field, ANNOTATIONS + "Export;").ifPresent(export -> {
                text.append(mayBeAbsent(field) ? "~ " : "= ")
                        .append(value(export, "name"))
                        .append(' ')
                        .append(types.text(signature(field)))
                        .append('\n');
            });
        }
    }

    /** Only the getter says so, by its type. */
    private boolean mayBeAbsent(FieldModel field) {
        return model.methods().stream()
                .filter(method ->
                        method.methodName().equalsString(field.fieldName().stringValue()))
                .flatMap(method -> method.findAttribute(Attributes.signature()).stream())
                .anyMatch(signature ->
                        JavaTypes.isOptional(signature.asMethodSignature().result()));
    }

    private void inputs() {
        text.append("object ").append(path()).append('\n');
        for (FieldModel field : model.fields()) {
            annotation(field, ANNOTATIONS + "Import;").ifPresent(imported -> {
                boolean required = imported.elements().stream()
                        .anyMatch(element -> element.name().equalsString("required")
                                && element.value() instanceof AnnotationValue.OfBoolean flag
                                && flag.booleanValue());
                String name = value(imported, "name");
                text.append(required ? "+ " : "- ")
                        .append(name.isEmpty() ? field.fieldName().stringValue() : name)
                        .append(' ')
                        .append(types.text(signature(field)))
                        .append('\n');
            });
        }
    }

    /** Outputs have no annotation on their fields; what is not marked as nullable is always there. */
    private void result() {
        text.append("object ").append(path()).append('\n');
        for (FieldModel field : model.fields()) {
            if (!field.flags().has(AccessFlag.STATIC)) {
                String name = field.fieldName().stringValue();
                text.append(annotation(field, NULLABLE).isPresent() ? "- " : "+ ")
                        .append(name.endsWith("_") ? name.substring(0, name.length() - 1) : name)
                        .append(' ')
                        .append(types.text(signature(field)))
                        .append('\n');
            }
        }
    }

    /** Each constant is made with its name and its value, so its value is the last constant before a call of the constructor. */
    private void enumeration() {
        text.append("enum ").append(path()).append('\n');
        for (MethodModel method : model.methods()) {
            if (method.methodName().equalsString("<clinit>")) {
                Object last = null;
                for (var element : method.code().orElseThrow()) {
                    if (element instanceof ConstantInstruction constant) {
                        last = constant.constantValue();
                    } else if (element instanceof InvokeInstruction call
                            && call.name().equalsString("<init>")
                            && last != null) {
                        text.append(". ").append(last).append('\n');
                    }
                }
            }
        }
    }

    /** Functions are methods {@code getThingPlain}, which hand the token and the class of the result on. */
    private void functions() {
        List<String> seen = new ArrayList<>();
        for (MethodModel method : model.methods()) {
            String name = method.methodName().stringValue();
            if (name.endsWith("Plain") && !seen.contains(name)) {
                function(method).ifPresent(line -> {
                    seen.add(name);
                    text.append(line);
                });
            }
        }
    }

    private Optional<String> function(MethodModel method) {
        String token = "";
        String result = "";
        for (var element : method.code().orElseThrow()) {
            if (element instanceof ConstantInstruction.LoadConstantInstruction constant) {
                switch (constant.constantEntry()) {
                    case StringEntry string -> token = string.stringValue();
                    case ClassEntry type -> result = type.asInternalName();
                    default -> {
                        // Numbers say nothing here.
                    }
                }
            }
        }
        var parameters = method.methodTypeSymbol().parameterList();
        if (token.isEmpty() || !result.startsWith(types.root()) || parameters.size() != 2) {
            return Optional.empty();
        }
        String arguments = parameters.getFirst().descriptorString();
        String inside = arguments.startsWith("L" + types.root())
                ? arguments.substring(1 + types.root().length(), arguments.length() - 1)
                : "none";
        return Optional.of("function " + token + " " + inside + " "
                + result.substring(types.root().length()) + "\n");
    }

    private Optional<Annotation> annotation(String descriptor) {
        return find(model.findAttribute(Attributes.runtimeVisibleAnnotations()), descriptor);
    }

    private static Optional<Annotation> annotation(FieldModel field, String descriptor) {
        return find(field.findAttribute(Attributes.runtimeVisibleAnnotations()), descriptor);
    }

    private static Optional<Annotation> find(
            Optional<RuntimeVisibleAnnotationsAttribute> annotations, String descriptor) {
        return annotations.stream()
                .flatMap(all -> all.annotations().stream())
                .filter(each -> each.className().equalsString(descriptor))
                .findFirst();
    }

    private static String value(Annotation annotation, String key) {
        for (AnnotationElement element : annotation.elements()) {
            if (element.name().equalsString(key) && element.value() instanceof AnnotationValue.OfString string) {
                return string.stringValue();
            }
        }
        return "";
    }

    private static Signature signature(FieldModel field) {
        return field.findAttribute(Attributes.signature())
                .map(attribute -> attribute.asTypeSignature())
                .orElseGet(() -> Signature.of(field.fieldTypeSymbol()));
    }
}
