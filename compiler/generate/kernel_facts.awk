# Lines "name (prototype)" to rows of a table: how many of a kernel's first arguments point at what it changes, and whether
# it changes nothing but what its first argument points at.
{
    name = $1
    arguments = $0
    sub(/^[^(]*\(/, "", arguments)
    n = split(arguments, argument, ",")
    writes = pointers = 0
    first = 1
    for (i = 1; i <= n; i++) {
        changes = argument[i] ~ /\*/ && argument[i] !~ /const /
        first = first && changes
        writes += first
        pointers += changes
    }
    printf "[KERNEL_%s] = {%d, %s},\n", name, writes, pointers == 1 ? "true" : "false"
}
