# kernels.def to a row of each kernel: how many of its first arguments point at what it changes, and whether it changes nothing but
# what its first argument points at.
/^KERNEL\(/ {
    arguments = $0
    sub(/^KERNEL\([a-z0-9_]*, \(/, "", arguments)
    sub(/\).*/, "", arguments)
    n = split(arguments, argument, ",")
    writes = pointers = 0
    first = 1
    for (i = 1; i <= n; i++) {
        changes = argument[i] ~ /\*/ && argument[i] !~ /const /
        first = first && changes
        writes += first
        pointers += changes
    }
    printf "{%d, %s},\n", writes, pointers == 1 ? "true" : "false"
}
