; Calls and the stack: Fibonacci numbers by recursion.
    mov esp, stack_top
    mov eax, COUNT
    call fib
    hlt

fib:
    cmp xax, 2
    jb done
    push xbx
    mov xbx, xax
    lea xax, [xbx - 1]
    call fib
    xchg xax, xbx
    sub xax, 2
    call fib
    add xax, xbx
    pop xbx
done:
    ret
