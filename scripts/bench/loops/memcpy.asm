; Loads and stores of registers: 64 KiB, copied COUNT times.
    mov ebp, COUNT
again:
    mov esi, data
    mov edi, data + 0x10000
    mov ecx, 0x10000 / word_bytes
next:
    mov xax, [xsi]
    mov [xdi], xax
    add xsi, word_bytes
    add xdi, word_bytes
    dec ecx
    jnz next
    dec ebp
    jnz again
    hlt
