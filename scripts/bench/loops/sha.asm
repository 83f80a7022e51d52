; Rounds like those of SHA-256 on 32-bit registers, with a schedule of 16 words in memory.
    mov esp, stack_top
    mov ebp, COUNT
    mov eax, 0x6a09e667
    mov ebx, 0xbb67ae85
    mov esi, 0x3c6ef372
    mov edi, 0xa54ff53a
again:
    mov ecx, 15
next:
    mov edx, eax
    ror edx, 6
    xor edx, eax
    ror edx, 5
    xor edx, eax
    ror edx, 14
    add edi, edx
    mov edx, ebx
    xor edx, esi
    and edx, eax
    xor edx, esi
    add edi, edx
    add edi, [data + xcx * 4]
    add dword [data + xcx * 4], edi
    rol ebx, 10
    mov edx, edi
    mov edi, esi
    mov esi, ebx
    mov ebx, eax
    mov eax, edx
    dec ecx
    jns next
    dec ebp
    jnz again
    hlt
