; Arithmetic, logic and rotation of registers.
    mov ecx, COUNT
    mov eax, 0x12345678
    mov ebx, 0x9abcdef1
    mov edx, 0x0fedcba9
    mov esi, 3
next:
    add xax, xbx
    xor xbx, xax
    rol xax, 7
    sub xdx, xbx
    or xsi, xdx
    and xsi, xax
    lea xdi, [xsi + xbx * 4 + 5]
    add xdx, xdi
    dec ecx
    jnz next
    hlt
